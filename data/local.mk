# Forms, code lists and rules: what a county may change. Installed as $(pkgdatadir)/data/...
nobase_dist_pkgdata_DATA += \
	data/codes/ethnic.csv \
	data/codes/kin.csv \
	data/codes/package.csv \
	data/forms/audit.csv \
	data/forms/category_span.csv \
	data/forms/contract.csv \
	data/forms/examination.csv \
	data/forms/household.csv \
	data/forms/hypertension_enrolment.csv \
	data/forms/hypertension_visit.csv \
	data/forms/referral.csv \
	data/forms/resident.csv \
	data/rules/contract.csv \
	data/rules/hypertension.csv \
	data/rules/indicator4.csv
