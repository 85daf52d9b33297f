# Forms, code lists and rules: what a county may change. Installed as $(pkgdatadir)/data/...
nobase_dist_pkgdata_DATA += \
	data/codes/ethnic.csv \
	data/codes/kin.csv \
	data/codes/package.csv \
	data/forms/audit.csv \
	data/forms/category_span.csv \
	data/forms/contract.csv \
	data/forms/diabetes_enrolment.csv \
	data/forms/diabetes_risk.csv \
	data/forms/diabetes_visit.csv \
	data/forms/disability_care.csv \
	data/forms/examination.csv \
	data/forms/folic_acid.csv \
	data/forms/gad7.csv \
	data/forms/high_bp_finding.csv \
	data/forms/household.csv \
	data/forms/hypertension_enrolment.csv \
	data/forms/hypertension_visit.csv \
	data/forms/phq9.csv \
	data/forms/postpartum_42.csv \
	data/forms/postpartum_visit.csv \
	data/forms/preconception_exam.csv \
	data/forms/pregnancy_first.csv \
	data/forms/pregnancy_visit.csv \
	data/forms/referral.csv \
	data/forms/resident.csv \
	data/forms/selfcare.csv \
	data/forms/smi_closing.csv \
	data/forms/smi_supplement.csv \
	data/forms/smi_visit.csv \
	data/forms/staff.csv \
	data/forms/staff_event.csv \
	data/forms/staff_training.csv \
	data/forms/symptom_log.csv \
	data/forms/tags.lock \
	data/forms/tb_closing.csv \
	data/forms/tb_first_visit.csv \
	data/forms/tb_suspect.csv \
	data/forms/tb_visit.csv \
	data/forms/tcm_constitution.csv \
	data/forms/women_screening.csv \
	data/rules/body.csv \
	data/rules/contract.csv \
	data/rules/diabetes.csv \
	data/rules/diabetes_risk.csv \
	data/rules/disability.csv \
	data/rules/elder.csv \
	data/rules/hypertension.csv \
	data/rules/indicator4.csv \
	data/rules/maternal.csv \
	data/rules/questionnaire.csv \
	data/rules/selfcare.csv \
	data/rules/smi.csv \
	data/rules/tb.csv \
	data/rules/tcm.csv

# Cases for the forms, run by tests/form/cases_test; not installed.
EXTRA_DIST += \
	data/forms/tests/diabetes_enrolment.csv \
	data/forms/tests/diabetes_risk.csv \
	data/forms/tests/diabetes_visit.csv \
	data/forms/tests/disability_care.csv \
	data/forms/tests/examination.csv \
	data/forms/tests/gad7.csv \
	data/forms/tests/high_bp_finding.csv \
	data/forms/tests/hypertension_enrolment.csv \
	data/forms/tests/hypertension_visit.csv \
	data/forms/tests/phq9.csv \
	data/forms/tests/selfcare.csv \
	data/forms/tests/smi_closing.csv \
	data/forms/tests/smi_supplement.csv \
	data/forms/tests/smi_visit.csv \
	data/forms/tests/tb_closing.csv \
	data/forms/tests/tb_first_visit.csv \
	data/forms/tests/tb_suspect.csv \
	data/forms/tests/tb_visit.csv \
	data/forms/tests/tcm_constitution.csv
