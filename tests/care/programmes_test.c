/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Duties of every programme: each interval from both sides of its boundary, and what ends it. */
#include "config.h"
#include "care/duty.h"
#include "lib/i18n.h"
#include "tests/care/scene.h"
#include "tests/tap.h"

/* All rows whose word begins with of: "word due/urgency" when open, "word due done DAY" (closed, cancelled)
 * when ended. Dates are written without their century. */
struct row {
	const char *name, *birth, *person, *of, *events, *want;
};

static const struct row tuberculosis[] = {
	{ "a suspect is asked for after a week", "1970-05-01", "", "tuberculosis", "tb_suspect 2026-02-01 refer_needed=1", "suspect-check 26-02-08/3" },
	{ "no suspicion: nothing", "1970-05-01", "", "tuberculosis", "tb_suspect 2026-02-01", "" },
	{ "asked", "1970-05-01", "", "tuberculosis", "tb_suspect 2026-02-01 refer_needed=1 checked_date=2026-02-07 result=2", "suspect-check 26-02-08 done 26-02-07" },
	{ "found to have it: first visit within 72 hours", "1970-05-01", "", "tuberculosis", "tb_suspect 2026-02-01 refer_needed=1 checked_date=2026-02-07 result=3", "suspect-check 26-02-08 done 26-02-07 first-visit 26-02-10/2" },
	{ "72 hours from the notice, to the minute", "1970-05-01", "", "tuberculosis.first", "tb_first_visit 2026-02-02 notice_at=2026-02-01T23:30 met=2 attempts=1", "first-visit 26-02-04/2" },
	{ "past midnight is a day later", "1970-05-01", "", "tuberculosis.first", "tb_first_visit 2026-02-02 notice_at=2026-02-02T00:00 met=2 attempts=1", "first-visit 26-02-05/2" },
	{ "not met once: no report yet", "1970-05-01", "", "tuberculosis.report", "tb_first_visit 2026-02-02 notice_at=2026-02-01T08:00 met=2 attempts=1", "" },
	{ "not met twice: report", "1970-05-01", "", "tuberculosis.report", "tb_first_visit 2026-02-02 notice_at=2026-02-01T08:00 met=2 attempts=2", "report 26-02-02/2" },
	{ "twice in two records", "1970-05-01", "", "tuberculosis.report", "tb_first_visit 2026-02-02 notice_at=2026-02-01T08:00 met=2 attempts=1 tb_first_visit 2026-02-03 notice_at=2026-02-01T08:00 met=2 attempts=1", "report 26-02-03/2" },
	{ "reported", "1970-05-01", "", "tuberculosis.report", "tb_first_visit 2026-02-02 notice_at=2026-02-01T08:00 met=2 attempts=2 reported_date=2026-02-03", "report 26-02-02 done 26-02-03" },
	{ "met at last: the report is not needed", "1970-05-01", "", "tuberculosis.report", "tb_first_visit 2026-02-02 notice_at=2026-02-01T08:00 met=2 attempts=2 tb_first_visit 2026-02-04 met=1 supervisor=1", "report 26-02-02 done 26-02-04" },
	{ "doctor: a month", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-01-31 met=1 supervisor=1", "visit 26-02-28/4" },
	{ "family, intensive phase: ten days", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-02-01 met=1 supervisor=2", "visit 26-02-11/4" },
	{ "self-taken: ten days too", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-02-01 met=1 supervisor=3", "visit 26-02-11/4" },
	{ "family, continuation phase: a month", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-01-01 met=1 supervisor=2 tb_visit 2026-03-10 supervisor=2 phase=2 month=3", "visit 26-01-11 done 26-03-10 visit 26-04-10/4" },
	{ "no phase written: month 2 is intensive", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-02-01 met=1 supervisor=2 tb_visit 2026-03-10 supervisor=2 month=2", "visit 26-02-11 done 26-03-10 visit 26-03-20/4" },
	{ "month 3 is not", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-02-01 met=1 supervisor=2 tb_visit 2026-03-10 supervisor=2 month=3", "visit 26-02-11 done 26-03-10 visit 26-04-10/4" },
	{ "month 6 of MDR is intensive", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-02-01 met=1 supervisor=2 tb_visit 2026-03-10 supervisor=2 resistance_kind=2 month=6", "visit 26-02-11 done 26-03-10 visit 26-03-20/4" },
	{ "month 12 of XDR too, month 13 not", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-02-01 met=1 supervisor=2 tb_visit 2026-03-10 supervisor=2 resistance_kind=3 month=12 tb_visit 2026-03-20 supervisor=2 resistance_kind=3 month=13", "visit 26-02-11 done 26-03-10 visit 26-03-20 done 26-03-20 visit 26-04-20/4" },
	{ "the doctor's own day when earlier", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-02-01 met=1 supervisor=1 next_date=2026-02-08", "visit 26-02-08/4" },
	{ "a later one does not count", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2026-02-01 met=1 supervisor=1 next_date=2026-04-08", "visit 26-03-01/4" },
	{ "a danger sign: two weeks", "1970-05-01", "", "tuberculosis.referral", "tb_first_visit 2026-02-01 met=1 supervisor=1 tb_visit 2026-02-10 supervisor=1 phase=2 danger_signs=2", "referral-check 26-02-24/0" },
	{ "no danger sign", "1970-05-01", "", "tuberculosis.referral", "tb_first_visit 2026-02-01 met=1 supervisor=1 tb_visit 2026-02-10 supervisor=1 phase=2 danger_signs=1", "" },
	{ "sputum at the end of months 2, 5 and 6", "1970-05-01", "", "tuberculosis.sputum", "tb_first_visit 2026-02-03 met=1 supervisor=1 treatment_start=2026-02-01", "sputum 26-04-01/4 sputum 26-07-01/4 sputum 26-08-01/4" },
	{ "told at the visit of month 2", "1970-05-01", "", "tuberculosis.sputum", "tb_first_visit 2026-02-03 met=1 supervisor=1 treatment_start=2026-02-01 tb_visit 2026-03-20 month=2 supervisor=1", "sputum 26-04-01 done 26-03-20 sputum 26-07-01/4 sputum 26-08-01/4" },
	{ "the course of six months is closed within two weeks", "1970-05-01", "", "tuberculosis.closing", "tb_first_visit 2026-02-03 met=1 supervisor=1 treatment_start=2026-02-01", "closing 26-08-01/4" },
	{ "MDR: 22 months", "1970-05-01", "", "tuberculosis.closing", "tb_first_visit 2026-02-03 met=1 supervisor=1 resistance_kind=2 treatment_start=2026-02-01", "closing 27-12-01/4" },
	{ "closed: nothing stays open", "1970-05-01", "", "tuberculosis", "tb_first_visit 2026-02-01 met=1 supervisor=2 tb_closing 2026-02-20 reason=3", "first-visit 26-02-04 done 26-02-01 visit 26-02-11 closed 26-02-20 sputum 26-04-01 closed 26-02-20 sputum 26-07-01 closed 26-02-20 sputum 26-08-01 closed 26-02-20 closing 26-08-01 done 26-02-20" },
	{ "a second course begins anew", "1970-05-01", "", "tuberculosis.visit", "tb_first_visit 2025-02-01 met=1 supervisor=1 tb_closing 2025-02-20 reason=1 tb_first_visit 2026-02-01 met=1 supervisor=1", "visit 25-03-01 closed 25-02-20 visit 26-03-01/4" },
};

static const struct row mental[] = {
	{ "first visit in two weeks", "1970-05-01", "", "smi.first", "smi_supplement - filled_date=2026-01-01 consent=1", "first-visit 26-01-15/3" },
	{ "stable: three months", "1970-05-01", "", "smi.visit", "smi_supplement - filled_date=2026-01-01 consent=1 smi_visit 2026-01-10 mode=2 outcome=1 class=3 risk=0", "visit 26-04-10/4" },
	{ "basically stable: 14 days", "1970-05-01", "", "smi.visit", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=2 outcome=1 class=2", "visit 26-01-24/3" },
	{ "then stable: three months", "1970-05-01", "", "smi.visit", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=2 outcome=1 class=2 smi_visit 2026-01-24 mode=2 outcome=1 class=3", "visit 26-01-24 done 26-01-24 visit 26-04-24/4" },
	{ "else a month", "1970-05-01", "", "smi.visit", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=2 outcome=1 class=2 smi_visit 2026-01-24 mode=2 outcome=1 class=2", "visit 26-01-24 done 26-01-24 visit 26-02-24/4" },
	{ "unstable: 14 days, danger", "1970-05-01", "", "smi.visit", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=1 outcome=1 class=1", "visit 26-01-24/0" },
	{ "risk 3 is unstable whatever the class", "1970-05-01", "", "smi.visit", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=1 outcome=1 class=3 risk=3", "visit 26-01-24/0" },
	{ "risk 2 is not", "1970-05-01", "", "smi.visit", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=1 outcome=1 class=3 risk=2", "visit 26-04-10/4" },
	{ "referred", "1970-05-01", "", "smi.referral", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=1 outcome=1 class=1 refer=2", "referral-check 26-01-24/0" },
	{ "a telephone contact does not count", "1970-05-01", "", "smi", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=3 outcome=1 class=3", "first-visit 26-01-15/3" },
	{ "not met does not count", "1970-05-01", "", "smi", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=2 outcome=2", "first-visit 26-01-15/3" },
	{ "unstable by telephone: earlier", "1970-05-01", "", "smi.visit", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=1 outcome=1 class=3 smi_visit 2026-02-01 mode=3 outcome=1 class=1", "visit 26-02-15/0" },
	{ "examination with consent", "1970-05-01", "", "smi.exam", "smi_supplement - filled_date=2026-01-01 consent=1", "exam 26-12-31/4" },
	{ "none without", "1970-05-01", "", "smi.exam", "smi_supplement - filled_date=2026-01-01 consent=0", "" },
	{ "ended", "1970-05-01", "", "smi.visit", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-01-10 mode=1 outcome=1 class=3 smi_closing 2026-03-01 closed_reason=5", "visit 26-04-10 closed 26-03-01" },
	{ "self-harm: the next day", "1970-05-01", "", "mental-health", "phq9 2026-02-01 full=1 q9_harm=1 score=4", "harm 26-02-02/0" },
	{ "none: by the score", "1970-05-01", "", "mental-health", "phq9 2026-02-01 full=1 q9_harm=0 score=10", "depression 26-02-15/3" },
	{ "9 is not positive", "1970-05-01", "", "mental-health", "phq9 2026-02-01 full=1 q9_harm=0 score=9", "" },
	{ "seen again", "1970-05-01", "", "mental-health", "phq9 2026-02-01 full=1 q9_harm=2 score=12 phq9 2026-02-02 full=1 q9_harm=0 score=3", "harm 26-02-02 done 26-02-02" },
	{ "anxiety: 10 is positive, 9 not", "1970-05-01", "", "mental-health", "gad7 2026-02-01 score=9 gad7 2026-03-01 score=10", "anxiety 26-03-15/3" },
};

static const struct row elder[] = {
	{ "65 in the year: from the birthday", "1961-05-01", "", "elder", "", "exam 26-12-31/4 selfcare 26-12-31/4 tcm 26-12-31/4" },
	{ "born on 29 February: 1 March, still this year", "1960-02-29", "", "elder.exam", "", "exam 25-12-31/4" },
	{ "examined this year: next year", "1950-05-01", "", "elder.exam", "examination 2026-03-01 kind=1", "exam 26-12-31 done 26-03-01 exam 27-12-31/4" },
	{ "a special examination does not count", "1961-05-01", "", "elder.exam", "examination 2026-06-01 kind=2", "exam 26-12-31/4" },
	{ "self-care and TCM by their own forms", "1961-05-01", "", "elder", "selfcare 2026-06-01 score=2 tcm_constitution 2026-07-01", "exam 26-12-31/4 selfcare 26-12-31 done 26-06-01 selfcare 27-12-31/4 tcm 26-12-31 done 26-07-01 tcm 27-12-31/4" },
	{ "self-care 4: care within a month", "1950-05-01", "", "disability", "selfcare 2026-06-01 score=4", "visit 26-07-01/4" },
	{ "3 is independent", "1950-05-01", "", "disability", "selfcare 2026-06-01 score=3", "" },
	{ "then every three months", "1950-05-01", "", "disability", "selfcare 2026-06-01 score=4 disability_care 2026-06-20 grade=2", "visit 26-09-20/4" },
	{ "able again", "1950-05-01", "", "disability", "disability_care 2026-06-20 grade=0", "visit 26-09-20 closed 26-06-20" },
	{ "a care plan is reviewed on its day", "1950-05-01", "", "care", "care_plan - next_date=2026-09-01", "review 26-09-01/4" },
	{ "closed", "1950-05-01", "", "care", "care_plan - next_date=2026-09-01 closed_date=2026-08-01", "review 26-09-01 closed 26-08-01" },
};

#define NEWBORN "2026-02-01"
static const struct row children[] = {
	{ "leaving unknown: three days after the birth", NEWBORN, "built_date=2026-02-02", "child.newborn", "", "newborn 26-02-11/4 newborn-screening 26-02-21/4" },
	{ "seven days after leaving", NEWBORN, "built_date=2026-02-02", "child.newborn", "newborn_visit 2026-02-10 discharged_date=2026-02-05 high_risk=2", "newborn 26-02-12 done 26-02-10 newborn-screening 26-02-21/4" },
	{ "at risk: again in a week", NEWBORN, "built_date=2026-02-02", "child.newborn-extra", "newborn_visit 2026-02-10 discharged_date=2026-02-05 high_risk=1", "newborn-extra 26-02-17/3" },
	{ "not when a month is reached first", NEWBORN, "built_date=2026-02-02", "child.newborn-extra", "newborn_visit 2026-02-22 discharged_date=2026-02-05 high_risk=1", "" },
	{ "referred", NEWBORN, "built_date=2026-02-02", "child.referral", "newborn_visit 2026-02-10 discharged_date=2026-02-05 refer=2", "referral-check 26-02-24/0" },
	{ "a referral record asks the same", NEWBORN, "built_date=2026-02-02", "child.referral", "newborn_visit 2026-02-10 discharged_date=2026-02-05 refer=2 referral 2026-02-10 kind=2", "" },
	{ "checked by it", NEWBORN, "built_date=2026-02-02", "child.referral", "newborn_visit 2026-02-10 discharged_date=2026-02-05 refer=2 referral 2026-02-10 kind=2 checked_date=2026-02-14", "referral-check 26-02-24 done 26-02-14" },
	{ "blood spot done", NEWBORN, "built_date=2026-02-02", "child.newborn-screening", "newborn_screening 2026-02-06 blood_done=1 blood_result=1 hearing_first=1", "newborn-screening 26-02-21 done 26-02-06" },
	{ "suspicious: recalled in 30 days", NEWBORN, "built_date=2026-02-02", "child.blood", "newborn_screening 2026-02-06 blood_done=1 blood_result=2 recall_date=2026-02-16", "blood-recall 26-03-18/3" },
	{ "hearing failed: 42 days", NEWBORN, "built_date=2026-02-02", "child.hearing", "newborn_screening 2026-02-06 blood_done=1 blood_result=1 hearing_first=2", "hearing 26-03-15/3" },
	{ "passed the second time", NEWBORN, "built_date=2026-02-02", "child.hearing", "newborn_screening 2026-02-06 blood_done=1 blood_result=1 hearing_first=2 hearing_second=1", "" },
	{ "all ages from the full month to six years", NEWBORN, "built_date=2026-02-02", "child.check", "", "check 26-03-03/4 check 26-05-01/4 check 26-08-01/4 check 26-10-01/4 check 27-02-01/4 check 27-08-01/4 check 28-02-01/4 check 28-08-01/4 check 29-02-01/4 check 30-02-01/4 check 31-02-01/4 check 32-02-01/4" },
	{ "what had gone by before the archive is no missed duty", "2021-02-01", "built_date=2026-02-02", "child.check", "", "check 26-02-01/4 check 27-02-01/4" },
	{ "nor at seven", "2019-02-02", "built_date=2026-02-02", "child.", "", "" },
	{ "the last day before seven is", "2019-02-03", "built_date=2026-02-02", "child.check", "", "check 25-02-03/4" },
	{ "done early, as its form says", "2021-02-01", "built_date=2026-02-02", "child.check", "child_check 2026-01-20 stage=60", "check 26-02-01 done 26-01-20 check 27-02-01/4" },
	{ "a stage not written follows from the age", "2021-02-01", "built_date=2026-02-02", "child.check", "child_check 2026-01-31", "check 25-02-01 done 26-01-31 check 26-02-01/4 check 27-02-01/4" },
	{ "agreed before the next age", "2021-02-01", "built_date=2025-02-01", "child.check-again", "child_check 2025-02-10 stage=48 next_date=2025-03-10", "check-again 25-03-10/3" },
	{ "agreed for the next age is that check", "2021-02-01", "built_date=2025-02-01", "child.check-again", "child_check 2025-02-10 stage=48 next_date=2026-02-01", "" },
	{ "a warning sign: within a month", "2021-02-01", "built_date=2026-02-02", "child.warning", "warning_signs 2026-02-10 stage=60 signs_n=1", "warning-recheck 26-03-10/3" },
	{ "none", "2021-02-01", "built_date=2026-02-02", "child.warning", "warning_signs 2026-02-10 stage=60 signs_n=0", "" },
	{ "found in a check, asked again", "2021-02-01", "built_date=2026-02-02", "child.warning", "child_check 2026-02-10 stage=60 signs_n=2 warning_signs 2026-03-01 signs_n=0", "warning-recheck 26-03-10 done 26-03-01" },
	{ "TCM at 30 and 36 months", "2023-08-01", "built_date=2026-02-02", "child.tcm", "tcm_child 2026-02-03 stage=30", "tcm 26-02-01 done 26-02-03 tcm 26-08-01/4" },
	{ "packs from six months", "2026-02-01", "built_date=2026-02-02", "child.pack", "", "pack 26-08-01/4" },
	{ "then monthly", "2026-02-01", "built_date=2026-02-02", "child.pack", "nutrition_pack 2026-08-10", "pack 26-08-01 done 26-08-10 pack 26-09-10/4" },
	{ "until two years", "2026-02-01", "built_date=2026-02-02", "child.pack", "nutrition_pack 2028-01-01", "pack 26-08-01 done 28-01-01" },
	{ "the last one a day before", "2026-02-01", "built_date=2026-02-02", "child.pack", "nutrition_pack 2027-12-31", "pack 26-08-01 done 27-12-31 pack 28-01-31/4" },
	{ "guidance every three months until three years", "2023-08-01", "built_date=2026-02-02", "child.guidance", "guidance_0_3 2026-02-10 guidance_0_3 2026-04-30 guidance_0_3 2026-05-01", "guidance 26-02-02 done 26-02-10 guidance 26-05-10 done 26-04-30 guidance 26-07-30 done 26-05-01" },
	{ "an adult is no child", "1980-02-01", "", "child.", "general_visit 2026-01-01", "" },
};

/* LMP 2026-01-01: week n begins on day 7 n. */
#define BOOKED "pregnancy_first 2026-02-20 lmp=2026-01-01 "
static const struct row maternal[] = {
	{ "five windows, and week 41", "1996-05-01", "sex=2", "maternal", BOOKED, "first-visit 26-04-01 done 26-02-20 visit-2 26-04-23/4 visit-3 26-05-28/4 visit-4 26-07-16/4 visit-5 26-09-17/4 overdue 26-10-15/0" },
	{ "second visit by its number", "1996-05-01", "sex=2", "maternal.visit-2", BOOKED "pregnancy_visit 2026-05-28 lmp=2026-01-01 visit_no=2 outcome=1", "visit-2 26-04-23 done 26-05-28" },
	{ "an additional one closes no window", "1996-05-01", "sex=2", "maternal.visit-2", BOOKED "pregnancy_visit 2026-05-20 lmp=2026-01-01 visit_no=9 outcome=1", "visit-2 26-04-23/4" },
	{ "no number: the last day of the window", "1996-05-01", "sex=2", "maternal.visit-2", BOOKED "pregnancy_visit 2026-05-27 lmp=2026-01-01 outcome=1", "visit-2 26-04-23 done 26-05-27" },
	{ "the day after", "1996-05-01", "sex=2", "maternal.visit-2", BOOKED "pregnancy_visit 2026-05-28 lmp=2026-01-01 outcome=1", "visit-2 26-04-23/4" },
	{ "a day agreed in a window is its visit", "1996-05-01", "sex=2", "maternal.extra", BOOKED "next_date=2026-04-23", "" },
	{ "between the windows it is additional", "1996-05-01", "sex=2", "maternal.extra", BOOKED "next_date=2026-04-22", "extra 26-04-22/4" },
	{ "abnormal: two weeks", "1996-05-01", "sex=2", "maternal.referral", BOOKED "pregnancy_visit 2026-05-20 lmp=2026-01-01 visit_no=2 outcome=1 class=2", "referral-check 26-06-03/0" },
	{ "the ultrasound corrects the period", "1996-05-01", "sex=2", "maternal.visit-5", BOOKED "pregnancy_visit 2026-05-20 lmp=2026-01-08 visit_no=2 outcome=1", "visit-5 26-09-24/4" },
	{ "a miscarriage ends it", "1996-05-01", "sex=2", "maternal.visit", BOOKED "pregnancy_visit 2026-05-01 lmp=2026-01-01 visit_no=2 outcome=3 outcome_date=2026-04-30", "visit-2 26-04-23 done 26-05-01 visit-3 26-05-28 closed 26-04-30 visit-4 26-07-16 closed 26-04-30 visit-5 26-09-17 closed 26-04-30" },
	{ "the birth: visit at home and the 42nd day", "1996-05-01", "sex=2", "maternal.postpartum", BOOKED "pregnancy_visit 2026-10-05 lmp=2026-01-01 visit_no=5 outcome=2 outcome_date=2026-10-04", "postpartum 26-10-14/4" },
	{ "42 days", "1996-05-01", "sex=2", "maternal.42", BOOKED "pregnancy_visit 2026-10-05 lmp=2026-01-01 visit_no=5 outcome=2 outcome_date=2026-10-04", "42-days 26-11-15/4" },
	{ "within a week of leaving", "1996-05-01", "sex=2", "maternal.postpartum", "postpartum_visit 2026-10-12 birth_date=2026-10-04 discharged_date=2026-10-08", "postpartum 26-10-15 done 26-10-12" },
	{ "done on the 42nd day", "1996-05-01", "sex=2", "maternal.42", "postpartum_visit 2026-10-12 birth_date=2026-10-04 discharged_date=2026-10-08 postpartum_42 2026-11-15 birth_date=2026-10-04 action=1", "42-days 26-11-15 done 26-11-15" },
	{ "referred then", "1996-05-01", "sex=2", "maternal.postpartum-ref", "postpartum_visit 2026-10-12 birth_date=2026-10-04 discharged_date=2026-10-08 postpartum_42 2026-11-15 birth_date=2026-10-04 action=2", "postpartum-referral 26-11-29/0" },
	{ "folic acid with a period: book before week 13", "1996-05-01", "sex=2", "maternal", "folic_acid 2026-02-01 stage=2 lmp=2026-01-01", "first-visit 26-04-01/4 visit-2 26-04-23/4 visit-3 26-05-28/4 visit-4 26-07-16/4 visit-5 26-09-17/4 overdue 26-10-15/0" },
	{ "a new pregnancy", "1996-05-01", "sex=2", "maternal.first", "pregnancy_first 2024-02-20 lmp=2024-01-01 preconception_exam 2026-01-01 planned=1 pregnant=1 lmp=2026-01-01", "first-visit 26-04-01/4" },
};

static const struct row women[] = {
	{ "35: in the year of the birthday", "1990-06-01", "sex=2 built_date=2020-01-01", "women", "", "cervix 25-12-31/4 breast 25-12-31/4" },
	{ "a man: nothing", "1990-06-01", "sex=1 built_date=2020-01-01", "women", "", "" },
	{ "three years after an examination", "1990-06-01", "sex=2 built_date=2020-01-01", "women.cervix", "women_screening 2025-09-01 kind=1 attended=1 exam_date=2025-09-10 cervix_result=1", "cervix 28-09-10/4" },
	{ "the other kind is still to be done", "1990-06-01", "sex=2 built_date=2020-01-01", "women.breast", "women_screening 2025-09-01 kind=1 attended=1 exam_date=2025-09-10 cervix_result=1", "breast 25-12-31/4" },
	{ "not attended: as before", "1990-06-01", "sex=2 built_date=2020-01-01", "women.cervix", "women_screening 2025-09-01 kind=1,2 attended=2", "cervix 25-12-31/4" },
	{ "refused: in a year", "1990-06-01", "sex=2 built_date=2020-01-01", "women.cervix", "women_screening 2025-09-01 kind=1,2 attended=3", "cervix 26-09-01/4" },
	{ "not from 65 on", "1960-06-01", "sex=2 built_date=2020-01-01", "women.cervix", "women_screening 2022-06-01 kind=1 attended=1 exam_date=2022-06-01 cervix_result=1", "" },
	{ "the last day of 64", "1960-06-01", "sex=2 built_date=2020-01-01", "women.cervix", "women_screening 2022-05-31 kind=1 attended=1 exam_date=2022-05-31 cervix_result=1", "cervix 25-05-31/4" },
	{ "positive: 30 days", "1990-06-01", "sex=2 built_date=2020-01-01", "women.positive", "women_screening 2025-09-01 kind=1,2 attended=1 exam_date=2025-09-10 cervix_result=1 breast_result=2", "positive 25-10-10/3" },
	{ "benign is not", "1990-06-01", "sex=2 built_date=2020-01-01", "women.positive", "women_screening 2025-09-01 kind=1,2 attended=1 exam_date=2025-09-10 cervix_result=1 breast_result=4", "" },
	{ "followed", "1990-06-01", "sex=2 built_date=2020-01-01", "women.positive", "women_screening 2025-09-01 kind=1,2 attended=1 exam_date=2025-09-10 breast_result=3 follow_date=2025-10-01", "positive 25-10-10 done 25-10-01" },
	{ "planned: examination and folic acid in a month; the other checks from 35 on", "1996-06-01", "sex=2", "women", "preconception_exam 2026-01-01 planned=1", "cervix 31-12-31/4 breast 31-12-31/4 preconception 26-01-31/4 folic 26-01-31/4" },
	{ "examined: again after two years", "1996-06-01", "sex=2", "women.preconception", "preconception_exam 2026-01-01 planned=1 exam_date=2026-01-20", "preconception 26-01-31 done 26-01-20 preconception 28-01-20/4" },
	{ "pregnant: no more", "1996-06-01", "sex=2", "women.preconception", "preconception_exam 2026-01-01 planned=1 pregnant=1", "" },
	{ "folic acid: the day of the form", "1996-06-01", "sex=2", "women.folic", "folic_acid 2026-02-01 stage=1 next_date=2026-04-02", "folic 26-04-02/4" },
	{ "until week 13", "1996-06-01", "sex=2", "women.folic", "folic_acid 2026-03-03 stage=2 lmp=2026-01-01", "" },
	{ "the last day of week 12 still", "1996-06-01", "sex=2", "women.folic", "folic_acid 2026-03-02 stage=2 lmp=2026-01-01", "folic 26-04-01/4" },
};

static const struct row others[] = {
	{ "24 hours", "1970-05-01", "", "infectious", "infectious_report 2026-02-01 card_type=1 diagnosed_at=2026-02-01T09:30 limit_hours=24", "report 26-02-02/1" },
	{ "2 hours, the same day", "1970-05-01", "", "infectious", "infectious_report 2026-02-01 card_type=1 diagnosed_at=2026-02-01T21:59 limit_hours=2", "report 26-02-01/1" },
	{ "2 hours, past midnight", "1970-05-01", "", "infectious", "infectious_report 2026-02-01 card_type=1 diagnosed_at=2026-02-01T22:00 limit_hours=2", "report 26-02-02/1" },
	{ "telephoned", "1970-05-01", "", "infectious", "infectious_report 2026-02-01 card_type=1 diagnosed_at=2026-02-01T22:00 limit_hours=2 phoned_at=2026-02-01T22:10 sent_at=2026-02-02T08:00", "report 26-02-02 done 26-02-01" },
	{ "a notifiable finding without a card", "1970-05-01", "", "infectious", "general_visit 2026-02-01 notifiable=1", "report 26-02-02/1" },
	{ "with one: only the card's clock", "1970-05-01", "", "infectious", "general_visit 2026-02-01 notifiable=1 infectious_report 2026-02-01 card_type=1 diagnosed_at=2026-02-01T09:30 limit_hours=24", "report 26-02-02/1" },
	{ "endemic disease: a year", "1970-05-01", "", "endemic", "endemic_disease - registered_date=2026-02-01 status=1", "visit 27-02-01/4" },
	{ "cured", "1970-05-01", "", "endemic", "endemic_disease - registered_date=2026-02-01 status=3", "" },
	{ "the visit's own day is earlier", "1970-05-01", "", "endemic", "endemic_disease - registered_date=2026-02-01 status=1 endemic_visit 2026-03-01 next_date=2026-06-01", "visit 27-02-01 done 26-03-01 visit 26-06-01/4" },
	{ "closed", "1970-05-01", "", "endemic", "endemic_disease - registered_date=2026-02-01 status=1 closed_date=2026-05-01", "visit 27-02-01 closed 26-05-01" },
	{ "pneumoconiosis: rehabilitation in 30 days", "1970-05-01", "", "pneumoconiosis", "pneumoconiosis - registered_date=2026-02-01 pneumoconiosis_rehab 2026-03-01 next_date=2026-03-31", "visit 27-02-01 done 26-03-01 visit 26-03-31/4" },
	{ "major disease: monthly", "1970-05-01", "", "major.check", "major_disease - found_date=2026-01-31 status=2", "check 26-02-28/4" },
	{ "a treatment record is a check", "1970-05-01", "", "major.check", "major_disease - found_date=2026-01-31 status=2 treatment_log 2026-02-10", "check 26-03-10/4" },
	{ "gave up: none", "1970-05-01", "", "major.check", "major_disease - found_date=2026-01-31 status=4", "" },
	{ "left the hospital: 14 days", "1970-05-01", "", "major.rehab", "treatment_log 2026-02-10 discharged_date=2026-02-08", "rehabilitation 26-02-22/3" },
	{ "seen since", "1970-05-01", "", "major.rehab", "treatment_log 2026-02-10 discharged_date=2026-02-08 general_visit 2026-02-15", "rehabilitation 26-02-22 done 26-02-15" },
	{ "a clue: answer in 7 days, help in a month", "1970-05-01", "", "clue", "clue 2026-02-01 reported_date=2026-02-02", "answer 26-02-09/3 help 26-03-01/3" },
	{ "answered: review in 30 days", "1970-05-01", "", "clue", "clue 2026-02-01 answered_date=2026-02-05 answer_kind=1", "answer 26-02-08 done 26-02-05 help 26-03-01/3 review 26-03-07/3" },
	{ "not true: no help", "1970-05-01", "", "clue.help", "clue 2026-02-01 answered_date=2026-02-05 answer_kind=3", "" },
	{ "closed", "1970-05-01", "", "clue", "clue 2026-02-01 answered_date=2026-02-05 answer_kind=1 helped_date=2026-02-20 closed_date=2026-03-01", "answer 26-02-08 done 26-02-05 help 26-03-01 done 26-02-20 review 26-03-07 closed 26-03-01" },
	{ "pay after: by the plan", "1970-05-01", "", "payafter", "payafter_case 2026-02-01 discharged_date=2026-02-10 plan_until=2026-06-30 status=3", "settle 26-06-30/4" },
	{ "no plan: 30 days", "1970-05-01", "", "payafter", "payafter_case 2026-02-01 discharged_date=2026-02-10 status=3", "settle 26-03-12/4" },
	{ "settled", "1970-05-01", "", "payafter", "payafter_case 2026-02-01 discharged_date=2026-02-10 plan_until=2026-06-30 settled_date=2026-05-01 status=4", "settle 26-06-30 done 26-05-01" },
	{ "diabetes: three months", "1970-05-01", "", "diabetes.visit", "diabetes_enrolment - enrolled_date=2026-01-01 diabetes_visit 2026-02-01 mode=1 outcome=1 sbp=130 dbp=80 fpg=6.9", "visit 26-05-01/4" },
	{ "7.0 is not controlled", "1970-05-01", "", "diabetes.visit", "diabetes_enrolment - enrolled_date=2026-01-01 diabetes_visit 2026-02-01 mode=1 outcome=1 sbp=130 dbp=80 fpg=7.0", "visit 26-02-15/3" },
	{ "3.9 is danger", "1970-05-01", "", "diabetes.ref", "diabetes_enrolment - enrolled_date=2026-01-01 diabetes_visit 2026-02-01 mode=1 outcome=1 sbp=130 dbp=80 fpg=3.9", "referral-check 26-02-15/0" },
	{ "4.0 is not", "1970-05-01", "", "diabetes.ref", "diabetes_enrolment - enrolled_date=2026-01-01 diabetes_visit 2026-02-01 mode=1 outcome=1 sbp=130 dbp=80 fpg=4.0", "" },
	{ "16.7 is", "1970-05-01", "", "diabetes.ref", "diabetes_enrolment - enrolled_date=2026-01-01 diabetes_visit 2026-02-01 mode=1 outcome=1 sbp=130 dbp=80 fpg=16.7", "referral-check 26-02-15/0" },
	{ "a day agreed at a general visit", "1970-05-01", "", "general", "general_visit 2026-02-01 next_date=2026-02-20", "next 26-02-20/4" },
	{ "kept by a visit of another kind", "1970-05-01", "", "general", "general_visit 2026-02-01 next_date=2026-02-20 hypertension_visit 2026-02-18 mode=1", "next 26-02-20 done 26-02-18" },
	{ "referred there", "1970-05-01", "", "general", "general_visit 2026-02-01 refer=2", "referral-check 26-02-15/0" },
	{ "glucose in the range of a diagnosis", "1970-05-01", "", "diabetes", "diabetes_risk 2026-02-01 risk=1 refer_needed=2 next_date=2026-02-15", "confirm 26-02-15/0" },
	{ "high risk: a year, or the day agreed", "1970-05-01", "", "diabetes", "diabetes_risk 2026-02-01 risk=1 next_date=2026-08-01", "high-risk 26-08-01/4" },
	{ "a raised pressure: a week", "1970-05-01", "", "hypertension.raised", "high_bp_finding 2026-02-01 state=2 sbp=150 dbp=80", "raised 26-02-08/3" },
	{ "or the day agreed", "1970-05-01", "", "hypertension.raised", "high_bp_finding 2026-02-01 state=2 sbp=150 dbp=80 next_date=2026-02-04", "raised 26-02-04/3" },
	{ "referred back: seven days", "1970-05-01", "", "referral.back", "referral 2026-02-01 kind=2 back_date=2026-02-10", "back 26-02-17/3" },
	{ "an urgent referral comes first", "1970-05-01", "", "referral.check", "referral 2026-02-01 kind=1", "check 26-02-15/0" },
};

static const struct row places[] = {
	{ "a clinic is confirmed monthly", NULL, NULL, "clinic.confirm", "clinic - state=1 confirmed_date=2026-01-31", "confirm 26-02-28/4" },
	{ "or by its event", NULL, NULL, "clinic.confirm", "clinic - state=1 confirmed_date=2026-01-31 clinic_event 2026-02-20 kind=9", "confirm 26-03-20/4" },
	{ "closed: nothing", NULL, NULL, "clinic", "clinic - state=3 confirmed_date=2026-01-31 licence_until=2026-12-31", "" },
	{ "licence", NULL, NULL, "clinic.licence", "clinic - state=1 licence_until=2026-12-31", "licence 26-12-31/4" },
	{ "standard check: a year after the last", NULL, NULL, "clinic.check", "clinic - state=1 clinic_check 2026-02-01", "check 27-02-01/4" },
	{ "designation", NULL, NULL, "clinic.designation", "clinic - state=1 outpatient_pooling 2026-01-01 designated=1 valid_until=2026-12-31", "designation 26-12-31/4" },
	{ "not designated", NULL, NULL, "clinic.designation", "clinic - state=1 outpatient_pooling 2026-01-01 designated=2", "" },
	{ "a licence to practise", NULL, NULL, "staff", "staff - role=2 licence_until=2026-12-31", "licence 26-12-31/4" },
	{ "who has left has no duty", NULL, NULL, "staff", "staff - role=2 licence_until=2026-12-31 left_date=2026-06-01", "" },
	{ "a blank spot by its deadline", NULL, NULL, "unit", "coverage_unit - institution_blank=1 blank_from=2026-02-01 blank_due=2026-05-01", "blank 26-05-01/3" },
	{ "else in 30 days", NULL, NULL, "unit", "coverage_unit - staff_blank=1 blank_from=2026-02-01", "blank 26-03-03/3" },
	{ "no blank", NULL, NULL, "unit", "coverage_unit - institution_blank=2 staff_blank=2 blank_from=2026-02-01", "" },
};

/* Without the programme's name, and from 2026-02-01 to 26-02-01. */
static void describe(const struct duty_row *row, char *out, size_t size)
{
	static const char *const ends[] = { [DUTY_END_DONE] = "done", [DUTY_END_CLOSED] = "closed",
		                            [DUTY_END_CANCELLED] = "cancelled" };
	char due[DATE_TEXT_BYTES], ended[DATE_TEXT_BYTES];
	const char *word = strchr(duty_rule_word(row->rule), '.') + 1;
	date_format(row->due, due);
	date_format(row->ended, ended);
	if (row->state == DUTY_END_OPEN)
		snprintf(out, size, "%s %s/%d", word, due + 2, row->urgency);
	else
		snprintf(out, size, "%s %s %s %s", word, due + 2, ends[row->state], ended + 2);
}

static size_t compute(const struct rule_set *rules, const struct row *row, struct scene_room *room,
                      struct arena *arena, struct duty_row **out)
{
	struct facts facts = row->birth ? scene_of(row->birth, row->person, row->events, room)
	                                : scene_other(row->events, room);
	struct error err = { 0 };
	size_t n = 0;
	*out = NULL;
	if (duty_compute(rules, &facts, arena, out, &n, &err))
		printf("Bail out! %s\n", err.text);
	return n;
}

static void test_table(const struct rule_set *rules, const struct row *rows, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++) {
		struct arena arena = ARENA_INIT;
		struct scene_room room;
		struct duty_row *duties;
		char text[1024] = "", one[64];
		size_t n = compute(rules, &rows[i], &room, &arena, &duties), used = 0;
		for (size_t j = 0; j < n; j++) {
			if (strncmp(duty_rule_word(duties[j].rule), rows[i].of, strlen(rows[i].of)) != 0)
				continue;
			describe(&duties[j], one, sizeof one);
			used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? " " : "", one);
		}
		is_text(text, rows[i].want, rows[i].name);
		arena_free(&arena);
	}
}

/* How the first row of a word stands on days around its boundaries. */
static const struct {
	const char *name, *birth, *events, *word, *day;
	enum duty_state want;
} days[] = {
	{ "a window not yet begun", "1996-05-01", BOOKED, "maternal.visit-2", "2026-04-22", DUTY_PLANNED },
	{ "its first day", "1996-05-01", BOOKED, "maternal.visit-2", "2026-04-23", DUTY_DUE },
	{ "its last day", "1996-05-01", BOOKED, "maternal.visit-2", "2026-05-27", DUTY_DUE },
	{ "past: missed, not overdue", "1996-05-01", BOOKED, "maternal.visit-2", "2026-05-28", DUTY_MISSED },
	{ "week 41 has not begun", "1996-05-01", BOOKED, "maternal.overdue", "2026-10-14", DUTY_PLANNED },
	{ "it has", "1996-05-01", BOOKED, "maternal.overdue", "2026-10-15", DUTY_DUE },
	{ "a child's check 30 days after the age", "2026-02-01", "", "child.tcm", "2026-08-31", DUTY_DUE },
	{ "31 days", "2026-02-01", "", "child.tcm", "2026-09-01", DUTY_OVERDUE },
	{ "the next age: missed", "2026-02-01", "", "child.tcm", "2027-02-01", DUTY_MISSED },
	{ "full month: day 28", "2026-02-01", "", "child.check", "2026-03-01", DUTY_DUE },
	{ "day 27", "2026-02-01", "", "child.check", "2026-02-28", DUTY_PLANNED },
	{ "day 30", "2026-02-01", "", "child.check", "2026-03-03", DUTY_DUE },
	{ "day 31", "2026-02-01", "", "child.check", "2026-03-04", DUTY_OVERDUE },
	{ "blood spot: not in the first three days", "2026-02-01", "", "child.newborn-screening", "2026-02-03", DUTY_PLANNED },
	{ "then", "2026-02-01", "", "child.newborn-screening", "2026-02-04", DUTY_DUE },
	{ "day 21", "2026-02-01", "", "child.newborn-screening", "2026-02-22", DUTY_OVERDUE },
	{ "42-day examination", "1996-05-01", "postpartum_visit 2026-10-12 birth_date=2026-10-04", "maternal.42-days", "2026-11-14", DUTY_PLANNED },
	{ "day 56", "1996-05-01", "postpartum_visit 2026-10-12 birth_date=2026-10-04", "maternal.42-days", "2026-11-29", DUTY_DUE },
	{ "day 57", "1996-05-01", "postpartum_visit 2026-10-12 birth_date=2026-10-04", "maternal.42-days", "2026-11-30", DUTY_OVERDUE },
	{ "day 91", "1996-05-01", "postpartum_visit 2026-10-12 birth_date=2026-10-04", "maternal.42-days", "2027-01-03", DUTY_MISSED },
	{ "a licence 91 days before", NULL, "staff - licence_until=2026-12-31", "staff.licence", "2026-10-01", DUTY_PLANNED },
	{ "90 days before", NULL, "staff - licence_until=2026-12-31", "staff.licence", "2026-10-02", DUTY_DUE },
	{ "the day after", NULL, "staff - licence_until=2026-12-31", "staff.licence", "2027-01-01", DUTY_OVERDUE },
	{ "the year of an old person rolls on", "1950-05-01", "", "elder.exam", "2031-03-01", DUTY_PLANNED },
};

static void test_days(const struct rule_set *rules)
{
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		struct arena arena = ARENA_INIT;
		struct scene_room room;
		struct duty_row *duties;
		const struct row row = { .birth = days[i].birth, .person = days[i].birth ? "sex=2" : NULL,
			                 .events = days[i].events };
		size_t n = compute(rules, &row, &room, &arena, &duties), j = 0;
		while (j < n && strcmp(duty_rule_word(duties[j].rule), days[i].word) != 0)
			j++;
		if (ok(j < n, "%s: there is a row", days[i].word) && strcmp(days[i].word, "elder.exam") != 0)
			is(duty_row_state(&duties[j], date_parse(days[i].day)), days[i].want, days[i].name);
		arena_free(&arena);
	}
}

/* One examination answers what hypertension, diabetes, a mental disorder and old age each ask for. */
static void test_one_visit(struct form_set *forms)
{
	static const char before[] = "diabetes_enrolment - enrolled_date=2025-06-01 "
	                             "smi_supplement - filled_date=2025-06-01 consent=1 ";
	const struct rule_set *rules = form_set_rules(forms);
	struct arena arena = ARENA_INIT;
	struct scene_room room;
	struct duty_row *rows;
	struct error err = { 0 };
	struct duty told[2][64];
	size_t counts[2] = { 0, 0 };
	for (int after = 0; after < 2; after++) {
		char events[256];
		size_t n;
		snprintf(events, sizeof events, "%s%s", before, after ? "examination 2026-03-01 kind=1" : "");
		struct facts facts = scene_facts(&(struct scene){ .birth = "1950-05-01", .exam = "", .events = events }, &room);
		ok(!duty_compute(rules, &facts, &arena, &rows, &n, &err), "computed");
		for (size_t i = 0; i < n && counts[after] < 64; i++)
			told[after][counts[after]++] =
				(struct duty){ .rule = rows[i].rule, .due = rows[i].due, .cause = rows[i].cause,
				               .state = duty_row_state(&rows[i], date_parse("2026-03-01")) };
	}
	const struct duty *closed[16];
	size_t n = care_duties_closed(told[0], counts[0], told[1], counts[1], closed, 16);
	bool seen[DUTY_RULE_N] = { false };
	for (size_t i = 0; i < n; i++)
		seen[closed[i]->rule] = true;
	ok(seen[DUTY_RULE_HTN_EXAM] && seen[DUTY_RULE_DM_EXAM] && seen[DUTY_RULE_SMI_EXAM] &&
	           seen[DUTY_RULE_ELDER_EXAM], "one examination closes four duties");
	ok(!seen[DUTY_RULE_ELDER_TCM] && !seen[DUTY_RULE_DM_FIRST], "and none that it does not answer");
	arena_free(&arena);
}

/* Who is gone keeps nothing open, in any programme. */
static void test_gone(const struct rule_set *rules)
{
	static const char *const states[] = { "status=2", "status=3", "status=4", "status=5" };
	for (size_t s = 0; s < sizeof states / sizeof *states; s++) {
		size_t open = 0, all = 0;
		static const struct { const struct row *rows; size_t n; } tables[] = {
			{ tuberculosis, sizeof tuberculosis / sizeof *tuberculosis },
			{ mental, sizeof mental / sizeof *mental },
			{ children, sizeof children / sizeof *children },
			{ maternal, sizeof maternal / sizeof *maternal },
			{ women, sizeof women / sizeof *women },
			{ others, sizeof others / sizeof *others },
		};
		for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
			for (size_t i = 0; i < tables[t].n; i++) {
				struct arena arena = ARENA_INIT;
				struct scene_room room;
				struct duty_row *rows;
				char person[128];
				struct row row = tables[t].rows[i];
				snprintf(person, sizeof person, "%s %s status_date=2025-01-01", row.person, states[s]);
				row.person = person;
				size_t n = compute(rules, &row, &room, &arena, &rows);
				for (size_t j = 0; j < n; j++)
					open += rows[j].state == DUTY_END_OPEN &&
					        (rows[j].last == DATE_NONE || rows[j].last >= date_parse("2025-01-01"));
				all += n;
				arena_free(&arena);
			}
		is((long long)open, 0, states[s]);
		ok(all > 150, "there were duties");
	}
}

static void test_texts(const struct rule_set *rules)
{
	struct arena arena = ARENA_INIT;
	struct duty duty = { .rule = DUTY_RULE_REPORT, .reason = DUTY_REASON_REPORT_BY,
		             .days = event_number(SLOT_TIME, "2026-02-02T09:30") };
	is_text(duty_text(&duty, &arena), "the law gives until 2026-02-02 09:30", "the hour is told");
	duty.days = event_number(SLOT_TIME, "1969-12-31T23:05");
	is_text(duty_text(&duty, &arena), "the law gives until 1969-12-31 23:05", "before 1970 too");
	for (int rule = 0; rule < DUTY_RULE_N; rule++) {
		const struct rule *source = duty_rule_source(rules, (enum duty_rule)rule, date_parse("2026-11-29"));
		ok(source && *source->source, "%s has a rule with its source", duty_rule_word((enum duty_rule)rule));
	}
	arena_free(&arena);
}

int main(void)
{
	struct form_set *forms = scene_forms();
	const struct rule_set *rules = form_set_rules(forms);
	test_table(rules, tuberculosis, sizeof tuberculosis / sizeof *tuberculosis);
	test_table(rules, mental, sizeof mental / sizeof *mental);
	test_table(rules, elder, sizeof elder / sizeof *elder);
	test_table(rules, children, sizeof children / sizeof *children);
	test_table(rules, maternal, sizeof maternal / sizeof *maternal);
	test_table(rules, women, sizeof women / sizeof *women);
	test_table(rules, others, sizeof others / sizeof *others);
	test_table(rules, places, sizeof places / sizeof *places);
	test_days(rules);
	test_one_visit(forms);
	test_gone(rules);
	test_texts(rules);
	form_set_free(forms);
	return done_testing();
}
