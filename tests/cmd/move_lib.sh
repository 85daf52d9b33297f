# SPDX-License-Identifier: GPL-3.0-or-later
# What the shell tests of residents who move share. Sourced.
. "$srcdir/tests/cmd/sync_lib.sh"
id=430599195603120012 other=430599196004050029

admin() { store=$1 command=$2; shift 2; "$builddir/xiangyi-admin" "$command" --operator li --password-file "$work/pw" --store "$store" "$@"; }
at() { store=$1 command=$2; shift 2; "$builddir/xiangyi-merge" "$command" --operator li --password-file "$work/pw" --store "$store" "$@"; }
put() { "$builddir/xiangyi-admin" import --operator li --password-file "$work/pw" --store "$1" "$2" "$3" >"$work/put" || cat "$work/put"; }
rows() { admin "$1" export "$2" | grep -c 430599; } # with an ID number
write() { printf '户编号,户主姓名,住址\n%s,某人,某组\n' "$2" >"$work/some.csv" && put "$1" household "$work/some.csv"; } # something to send
up_to() { # STORE ABOVE STICK: what is new goes to the place above, its answer comes back
	sync export --store "$1" --to "$work/$3" >"$work/export" && at "$2" merge "$work/$3" >"$work/merged" &&
		sync import --store "$1" "$work/$3" --json >"$work/imported"
}

make_couple() { # STORE: a household of two, $id and $other, enrolled and screened
	printf '户编号,户主姓名,住址\n0001,王建国,示范镇甲村1组\n' >"$work/household.csv"
	head=姓名,身份证号,性别,birth_date,phone,联系人姓名,contact_phone,常住类型,education,职业,婚姻状况,医疗费支付方式,药物过敏史,暴露史
	head=$head,surgery_has,trauma_has,transfusion_has,family_father,family_mother,family_siblings,family_children,hereditary,残疾情况
	head=$head,household,address_now,township,village,built_by_unit,built_by,疾病#1
	tail=19900000002,户籍,小学,无职业,已婚,城乡居民医保,无,无,1,1,1,1,1,1,1,1,无残疾,0001,示范镇甲村1组,示范镇,甲村,甲村卫生室,李医生,无
	{
		echo "$head"
		echo "王建国,$id,男,1956-03-12,19900000001,李秀英,$tail"
		echo "李秀英,$other,女,1960-04-05,19900000001,王建国,$tail"
	} >"$work/residents.csv"
	put "$1" household "$work/household.csv"
	put "$1" resident "$work/residents.csv"
	for one in $id $other; do
		printf 'id_number,enrolled_date,diagnosed_date,确诊单位,source,doctor\n%s,2026-01-05,2015-03-01,示范镇卫生院,健康体检,李医生\n' $one >"$work/enrol.csv"
		put "$1" hypertension_enrolment "$work/enrol.csv"
		screen "$1" $one 2026-02-05
	done
}
screen() { # STORE ID DATE
	printf 'id_number,screen_date,cough_days,symptoms,contact,result,doctor\n%s,%s,0,0,1,9,李医生\n' "$2" "$3" >"$work/tb.csv"
	put "$1" tb_suspect "$work/tb.csv"
}
report_hiv() { # STORE ID
	printf 'id_number,card_type,phone,belongs,address,group,case_class,onset_date,diagnosed_at,disease,type,course,phoned_to,phoned_at,unit,doctor,filled_date\n' >"$work/card.csv"
	echo "$2,1,19900000001,1,甲村1组,16,2,2026-05-01,2026-05-02 09:00,05,052,0,疾控,2026-05-02 10:00,甲村卫生室,李医生,2026-05-02" >>"$work/card.csv"
	put "$1" infectious_report "$work/card.csv"
}
