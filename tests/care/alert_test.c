/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alerts: each from both sides of its boundary; what people answer; kept with each save as a rebuild makes
 * them. */
#include "config.h"
#include "care/alert_table.h"
#include "tests/care/people.h"
#include "tests/db/scratch.h"
#include "tests/tap.h"

/* Alerts as "word since[..last][ state]"; of: those whose word begins so. birth NULL: not of a resident. */
static const struct {
	const char *name, *birth, *person, *of, *events, *want;
} rows[] = {
	/* danger values */
	{ "180 is danger", "1970-05-01", "", "danger", "hypertension_visit 2026-02-01 mode=1 sbp=180 dbp=90", "danger 26-02-01" },
	{ "179/109 is not", "1970-05-01", "", "danger", "hypertension_visit 2026-02-01 mode=1 sbp=179 dbp=109", "" },
	{ "a better reading answers it", "1970-05-01", "", "danger", "hypertension_visit 2026-02-01 mode=1 sbp=180 dbp=90 hypertension_visit 2026-02-08 mode=1 sbp=150 dbp=90", "" },
	{ "a reading of another kind does not", "1970-05-01", "", "danger", "hypertension_visit 2026-02-01 mode=1 sbp=180 dbp=90 diabetes_visit 2026-02-08 mode=1 sbp=130 dbp=80 fpg=6.0", "danger 26-02-01" },
	{ "a checked referral answers it", "1970-05-01", "", "danger", "hypertension_visit 2026-02-01 mode=1 sbp=180 dbp=90 referral 2026-02-01 kind=1 checked_date=2026-02-02", "" },
	{ "one not yet checked does not", "1970-05-01", "", "danger", "hypertension_visit 2026-02-01 mode=1 sbp=180 dbp=90 referral 2026-02-01 kind=1", "danger 26-02-01" },
	{ "a general visit counts too", "1970-05-01", "", "danger", "general_visit 2026-02-01 sbp=120 dbp=110", "danger 26-02-01" },
	{ "glucose 3.9 at an examination", "1970-05-01", "", "danger", "examination 2026-02-01 kind=1 fpg=3.9", "danger 26-02-01" },
	{ "glucose 4.0", "1970-05-01", "", "danger", "examination 2026-02-01 kind=1 fpg=4.0", "" },
	{ "140 in pregnancy", "1996-05-01", "sex=2", "danger", "pregnancy_first 2026-02-20 lmp=2026-01-01 sbp=140 dbp=80", "danger 26-02-20" },
	{ "139", "1996-05-01", "sex=2", "danger", "pregnancy_first 2026-02-20 lmp=2026-01-01 sbp=139 dbp=89", "" },
	{ "a danger sign of TB", "1970-05-01", "", "danger", "tb_visit 2026-02-01 danger_signs=3", "danger 26-02-01" },
	{ "who moved away has none", "1970-05-01", "status=3 status_date=2026-03-01", "", "hypertension_visit 2026-02-01 mode=1 sbp=180 dbp=90", "" },
	/* two visits in a row */
#define ENROLLED "hypertension_enrolment - enrolled_date=2025-06-01 "
	{ "twice not controlled", "1970-05-01", "", "uncontrolled", ENROLLED "hypertension_visit 2026-02-01 mode=1 sbp=150 dbp=80 hypertension_visit 2026-02-15 mode=1 sbp=140 dbp=80", "uncontrolled-twice 26-02-15" },
	{ "139 is", "1970-05-01", "", "uncontrolled", ENROLLED "hypertension_visit 2026-02-01 mode=1 sbp=150 dbp=80 hypertension_visit 2026-02-15 mode=1 sbp=139 dbp=80", "" },
	{ "once only", "1970-05-01", "", "uncontrolled", ENROLLED "hypertension_visit 2026-02-15 mode=1 sbp=140 dbp=80", "" },
	{ "referred by the form", "1970-05-01", "", "uncontrolled", ENROLLED "hypertension_visit 2026-02-01 mode=1 sbp=150 dbp=80 hypertension_visit 2026-02-15 mode=1 sbp=140 dbp=80 refer_reason=1", "" },
	{ "referred by a record", "1970-05-01", "", "uncontrolled", ENROLLED "hypertension_visit 2026-02-01 mode=1 sbp=150 dbp=80 hypertension_visit 2026-02-15 mode=1 sbp=140 dbp=80 referral 2026-02-15 kind=2", "" },
	{ "an older referral is not of it", "1970-05-01", "", "uncontrolled", ENROLLED "hypertension_visit 2026-02-01 mode=1 sbp=150 dbp=80 hypertension_visit 2026-02-15 mode=1 sbp=140 dbp=80 referral 2026-02-14 kind=2", "uncontrolled-twice 26-02-15" },
	/* late referrals and findings */
	{ "a referral: on the fifteenth day", "1970-05-01", "", "referral", "referral 2026-02-01 kind=2", "referral-unanswered 26-02-16" },
	{ "checked", "1970-05-01", "", "referral", "referral 2026-02-01 kind=2 checked_date=2026-03-01", "" },
	{ "noted in a child's check", "2024-02-01", "built_date=2026-01-01", "referral", "child_check 2026-02-01 stage=24 refer=2", "referral-unanswered 26-02-16" },
	{ "a positive finding: 31 days", "1990-06-01", "sex=2", "screening", "women_screening 2026-02-01 kind=1 attended=1 exam_date=2026-02-01 cervix_result=3", "screening-positive 26-03-04" },
	{ "followed", "1990-06-01", "sex=2", "screening", "women_screening 2026-02-01 kind=1 attended=1 exam_date=2026-02-01 cervix_result=3 follow_date=2026-02-20", "" },
	{ "a TB suspect: after a week", "1970-05-01", "", "screening", "tb_suspect 2026-02-01 refer_needed=1", "screening-positive 26-02-09" },
	{ "depression: after two weeks", "1970-05-01", "", "screening", "phq9 2026-02-01 full=1 q9_harm=0 score=10", "screening-positive 26-02-16" },
	/* the mind */
	{ "item 9", "1970-05-01", "", "self-harm", "phq9 2026-02-01 full=1 q9_harm=1 score=2", "self-harm 26-02-01" },
	{ "item 9 answered with no", "1970-05-01", "", "self-harm", "phq9 2026-02-01 full=1 q9_harm=0 score=20", "" },
	{ "asked again: no", "1970-05-01", "", "self-harm", "phq9 2026-02-01 full=1 q9_harm=1 score=2 phq9 2026-02-02 full=1 q9_harm=0 score=2", "" },
	{ "unstable", "1970-05-01", "", "smi", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-02-01 mode=1 outcome=1 class=1", "smi-unstable 26-02-01" },
	{ "risk 3", "1970-05-01", "", "smi", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-02-01 mode=3 outcome=1 class=2 risk=3", "smi-unstable 26-02-01" },
	{ "risk 2", "1970-05-01", "", "smi", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-02-01 mode=1 outcome=1 class=2 risk=2", "" },
	{ "stable since", "1970-05-01", "", "smi", "smi_supplement - filled_date=2026-01-01 smi_visit 2026-02-01 mode=1 outcome=1 class=1 smi_visit 2026-02-15 mode=1 outcome=1 class=2", "" },
	/* doses */
	{ "a dose missed", "1970-05-01", "", "tb", "tb_visit 2026-02-01 missed_doses=1", "tb-missed-doses 26-02-01" },
	{ "none missed", "1970-05-01", "", "tb", "tb_visit 2026-02-01 missed_doses=0", "" },
	{ "none at the next visit", "1970-05-01", "", "tb", "tb_visit 2026-02-01 missed_doses=3 tb_visit 2026-02-11 missed_doses=0", "" },
	{ "the course has ended", "1970-05-01", "", "tb", "tb_visit 2026-02-01 missed_doses=3 tb_closing 2026-02-11 reason=3", "" },
	/* contract */
#define LOW_INCOME "category_span - category=31 valid_from=2026-01-01 "
	{ "low income without a contract: after 30 days", "1970-05-01", "", "contract", LOW_INCOME, "contract 26-02-01" },
	{ "until the category ends", "1970-05-01", "", "contract", LOW_INCOME "valid_to=2026-06-30", "contract 26-02-01..26-06-30" },
	{ "a category that asks for none", "1970-05-01", "", "contract", "category_span - category=36 valid_from=2026-01-01", "" },
	{ "30 days before the end", "1970-05-01", "", "contract", LOW_INCOME "contract 2026-01-01 start_date=2026-01-01 end_date=2026-12-31 status=1", "contract 26-12-01" },
	{ "renewed", "1970-05-01", "", "contract", LOW_INCOME "contract 2026-01-01 start_date=2026-01-01 end_date=2026-12-31 status=3 contract 2027-01-01 start_date=2027-01-01 end_date=2027-12-31 status=1", "contract 27-12-01" },
	{ "no low income, no alert", "1970-05-01", "", "contract", "contract 2026-01-01 start_date=2026-01-01 end_date=2026-12-31 status=1", "" },
	/* poverty */
	{ "a new major disease", "1970-05-01", "", "poverty", "major_disease - found_date=2026-02-01 status=2", "poverty-disease 26-02-01..27-02-01" },
	{ "a clue with that trigger", "1970-05-01", "", "poverty", "major_disease - found_date=2026-02-01 status=2 clue 2026-02-01 trigger=2", "" },
	{ "one with another", "1970-05-01", "", "poverty", "major_disease - found_date=2026-02-01 status=2 clue 2026-02-01 trigger=1", "poverty-disease 26-02-01..27-02-01" },
	{ "one of the day before", "1970-05-01", "", "poverty", "major_disease - found_date=2026-02-01 status=2 clue 2026-01-31 trigger=2", "poverty-disease 26-02-01..27-02-01" },
	{ "costs, but the county has set no line", "1970-05-01", "", "poverty-cost", "treatment_log 2026-02-01 self_paid=99999", "" },
	{ "admitted again after 90 days", "1970-05-01", "", "poverty-adm", "treatment_log 2026-01-02 admitted_date=2026-01-01 treatment_log 2026-04-02 admitted_date=2026-04-01", "poverty-admissions 26-04-01..27-04-01" },
	{ "after 91", "1970-05-01", "", "poverty-adm", "treatment_log 2026-01-02 admitted_date=2026-01-01 treatment_log 2026-04-02 admitted_date=2026-04-02", "" },
	{ "one admission written twice", "1970-05-01", "", "poverty-adm", "treatment_log 2026-01-02 admitted_date=2026-01-01 treatment_log 2026-02-02 admitted_date=2026-01-01", "" },
	{ "a new disability", "1970-05-01", "", "poverty-dis", "disability_care 2026-02-01 grade=1 disability_care 2026-05-01 grade=2", "poverty-disability 26-02-01..27-02-01" },
	{ "able", "1970-05-01", "", "poverty-dis", "disability_care 2026-02-01 grade=0", "" },
	{ "low income, not insured", "1970-05-01", "payment=7", "poverty-unins", LOW_INCOME, "poverty-uninsured 26-01-01" },
	{ "insured besides", "1970-05-01", "payment=2,7", "poverty-unins", LOW_INCOME, "" },
	{ "not insured, not low income", "1970-05-01", "payment=7", "poverty-unins", "", "" },
	{ "died at 59", "1966-03-02", "status=2 status_date=2026-03-01", "poverty", "", "poverty-labour 26-03-01..27-03-01" },
	{ "at 60", "1966-03-01", "status=2 status_date=2026-03-01", "poverty", "", "" },
	{ "at 16", "2010-03-01", "status=2 status_date=2026-03-01", "poverty", "", "poverty-labour 26-03-01..27-03-01" },
	{ "at 15", "2010-03-02", "status=2 status_date=2026-03-01", "poverty", "", "" },
	{ "off the list while ill", "1970-05-01", "", "poverty-left", LOW_INCOME "valid_to=2026-06-30 major_disease - found_date=2026-02-01 status=2", "poverty-left-list 26-07-01..27-07-01" },
	{ "on another list", "1970-05-01", "", "poverty-left", LOW_INCOME "valid_to=2026-06-30 category_span - category=33 valid_from=2026-07-01 major_disease - found_date=2026-02-01 status=2", "" },
	{ "fell ill later", "1970-05-01", "", "poverty-left", LOW_INCOME "valid_to=2026-06-30 major_disease - found_date=2026-07-01 status=2", "" },
	/* places */
	{ "a licence 90 days before", NULL, NULL, "", "staff - role=2 licence_until=2026-12-31", "licence 26-10-02" },
	{ "who has left", NULL, NULL, "", "staff - role=2 licence_until=2026-12-31 left_date=2026-01-01", "" },
	{ "of a clinic", NULL, NULL, "", "clinic - state=1 licence_until=2026-12-31", "licence 26-10-02" },
	{ "that is closed", NULL, NULL, "", "clinic - state=3 licence_until=2026-12-31", "" },
	{ "designation", NULL, NULL, "desig", "clinic - state=1 outpatient_pooling 2026-01-01 designated=1 valid_until=2026-12-31", "designation 26-10-02" },
	{ "given up", NULL, NULL, "desig", "clinic - state=1 outpatient_pooling 2026-01-01 designated=1 valid_until=2026-12-31 outpatient_pooling 2026-06-01 designated=2", "" },
	/* answers */
	{ "acknowledged", "1970-05-01", "", "tb", "tb_visit 2026-02-01 missed_doses=1 alert_action 2026-02-02 alert=6 since=2026-02-01 state=2", "tb-missed-doses 26-02-01 acknowledged" },
	{ "closed, and open again", "1970-05-01", "", "tb", "tb_visit 2026-02-01 missed_doses=1 alert_action 2026-02-02 alert=6 since=2026-02-01 state=3 alert_action 2026-02-03 alert=6 since=2026-02-01 state=1", "tb-missed-doses 26-02-01" },
	{ "closed", "1970-05-01", "", "tb", "tb_visit 2026-02-01 missed_doses=1 alert_action 2026-02-02 alert=6 since=2026-02-01 state=3", "tb-missed-doses 26-02-01 closed" },
	{ "another day is another alert", "1970-05-01", "", "tb", "tb_visit 2026-02-01 missed_doses=1 alert_action 2026-02-02 alert=6 since=2026-02-01 state=3 tb_visit 2026-02-11 missed_doses=2", "tb-missed-doses 26-02-11" },
	{ "another rule too", "1970-05-01", "", "tb", "tb_visit 2026-02-01 missed_doses=1 alert_action 2026-02-02 alert=5 since=2026-02-01 state=3", "tb-missed-doses 26-02-01" },
};

static void describe(const struct alert_row *row, char *out, size_t size)
{
	char since[DATE_TEXT_BYTES], last[DATE_TEXT_BYTES];
	const struct alert alert = alert_of_row(1, row);
	bool ends = row->last != DATE_NONE;
	date_format(row->since, since);
	date_format(row->last, last);
	snprintf(out, size, "%s %s%s%s%s%s", alert_word(&alert), since + 2, ends ? ".." : "", ends ? last + 2 : "",
	         row->state == ALERT_IS_OPEN ? "" : " ", row->state == ALERT_IS_OPEN ? "" : alert_state_label(row->state));
}

static void test_rows(const struct rule_set *rules)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct arena arena = ARENA_INIT;
		struct scene_room room;
		struct alert_row *found;
		char text[512] = "", one[96];
		size_t n, used = 0;
		struct facts facts = rows[i].birth ? scene_of(rows[i].birth, rows[i].person, rows[i].events, &room)
		                                   : scene_other(rows[i].events, &room);
		if (alert_compute(rules, &facts, &arena, &found, &n, &err))
			printf("Bail out! %s\n", err.text);
		for (size_t j = 0; j < n; j++) {
			describe(&found[j], one, sizeof one);
			if (!strncmp(one, rows[i].of, strlen(rows[i].of)))
				used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? " " : "", one);
		}
		is_text(text, rows[i].want, rows[i].name);
		arena_free(&arena);
	}
}

/* The county sets its warning lines: in a copy of the data with other values. */
static void test_costs(void)
{
	static const char *const cases[][3] = {
		{ "4999.99 in the year", "treatment_log 2026-02-01 self_paid=4999.99", "" },
		{ "5000 reaches the line", "treatment_log 2026-02-01 self_paid=3000 treatment_log 2026-03-01 self_paid=2000", "poverty-cost 26-03-01..27-03-01" },
		{ "of two years none does", "treatment_log 2025-12-31 self_paid=3000 treatment_log 2026-01-01 self_paid=2000", "" },
		{ "low income: 2000", LOW_INCOME "treatment_log 2026-02-01 self_paid=2000", "poverty-cost 26-02-01..27-02-01" },
	};
	static const char command[] =
		"cp -r \"$FROM\" \"$INTO\" && chmod -R u+w \"$INTO\" && "
		"sed -i -e 's/^warn_selfpay_monitored,,,,/warn_selfpay_monitored,,,2000,/' "
		"-e 's/^warn_selfpay_general,,,,/warn_selfpay_general,,,5000,/' \"$INTO/rules/clue.csv\"";
	char from[4096], dir[4096];
	struct form_set *others;
	if (path_data(from, sizeof from, "", &err))
		return;
	snprintf(dir, sizeof dir, "%s", scratch_path("data"));
	setenv("FROM", from, 1);
	setenv("INTO", dir, 1);
	if (!ok(!system(command) && !form_set_load(&others, dir, NULL, NULL, &err), "lines set%s", err.text))
		return;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena arena = ARENA_INIT;
		struct scene_room room;
		struct alert_row *found;
		char text[256] = "";
		size_t n;
		struct facts facts = scene_of("1970-05-01", "", cases[i][1], &room);
		alert_compute(form_set_rules(others), &facts, &arena, &found, &n, &err);
		for (size_t j = 0; j < n; j++)
			if (found[j].rule == ALERT_POOR_COST)
				describe(&found[j], text, sizeof text);
		is_text(text, cases[i][2], cases[i][0]);
		arena_free(&arena);
	}
	form_set_free(others);
}

/* --- in a store --- */

struct seen { char text[2048]; size_t n; struct alert last; };

static bool see(void *arg, const struct alert *alert)
{
	struct seen *seen = arg;
	char since[DATE_TEXT_BYTES];
	size_t used = strlen(seen->text);
	snprintf(seen->text + used, sizeof seen->text - used, "%s%s %s%s", used ? ", " : "", alert_word(alert),
	         date_format(alert->since, since), alert->state == ALERT_IS_ACKNOWLEDGED ? " acknowledged" : "");
	seen->n++;
	seen->last = *alert;
	return true;
}

static struct seen see_all(void)
{
	struct seen seen = { "", 0, { 0 } };
	is(care_alerts_each(store, see, &seen, &err), 0, "the alerts of everyone");
	return seen;
}

static struct seen see_across(void)
{
	struct seen seen = { "", 0, { 0 } };
	is(care_alerts_across(store, see, &seen, &err), 0, "the alerts across records");
	return seen;
}

static void test_answers(void)
{
	struct arena arena = ARENA_INIT;
	struct alert *of;
	size_t n;
	rid_t one = SAVE("resident", 0, 0, "name", "王小明", "sex", "1", "birth_date", "1970-05-01", "status", "1");
	rid_t visit = SAVE("tb_visit", 0, one, "visit_date", "2026-11-20", "missed_doses", "2");
	struct seen seen = see_all();
	is_text(seen.text, "tb-missed-doses 2026-11-20", "one alert, in the same save");
	ok(seen.last.subject == one && seen.last.cause == visit && seen.last.owner == ALERT_OF_VILLAGE &&
	           !strcmp(seen.last.form, "tb_visit"), "whose, why, and what answers it");
	is(care_alert_answer(store, &seen.last, ALERT_IS_CLOSED, " ", &err), ERR_INVALID, "no closing without a reason");
	is(care_alert_answer(store, &seen.last, ALERT_IS_ACKNOWLEDGED, "", &err), 0, "acknowledge");
	seen = see_all();
	is_text(seen.text, "tb-missed-doses 2026-11-20 acknowledged", "it stays in the list");
	is(care_alert_answer(store, &seen.last, ALERT_IS_CLOSED, "已补服,延长疗程", &err), 0, "close");
	is((long long)see_all().n, 0, "it is gone");
	is(care_alerts_of(store, one, &arena, &of, &n, &err), 0, "the alerts of one");
	struct record record;
	ok(n == 1 && of[0].state == ALERT_IS_CLOSED && of[0].answered == date_parse("2026-11-22") &&
	           !store_record(store, of[0].answer, &arena, &record, &err) && !strcmp(record.form, "alert_action"),
	   "tell that it was closed, when, and by which record");
	is_text(record_text(&record, form_tag(form_set_find(forms, "alert_action"), "reason")), "已补服,延长疗程", "with the reason");
	rid_t future = SAVE("referral", 0, one, "referral_date", "2026-11-08", "kind", "2");
	is((long long)see_all().n, 0, "fourteen days after a referral: none yet");
	SAVE("referral", future, 0, "referral_date", "2026-11-07");
	is_text(see_all().text, "referral-unanswered 2026-11-22", "fifteen: one");
	SAVE("referral", future, 0, "checked_date", "2026-11-22");
	is((long long)see_all().n, 0, "checked: gone by itself");
	arena_free(&arena);
}

static void test_across(void)
{
	SAVE("symptom_log", 0, 0, "log_date", "2026-11-20", "fever", "2", "rash", "1");
	is((long long)see_across().n, 0, "two with fever: no cluster");
	rid_t log = SAVE("symptom_log", 0, 0, "log_date", "2026-11-21", "fever", "3");
	struct seen seen = see_across();
	is_text(seen.text, "cluster 2026-11-21", "three in a day");
	ok(seen.last.subject == log, "of that day's record");
	SAVE("symptom_log", log, 0, "phoned_at", "2026-11-21T10:00");
	is((long long)see_across().n, 0, "telephoned");
	SAVE("symptom_log", 0, 0, "log_date", "2026-10-01", "diarrhoea", "9");
	is((long long)see_across().n, 0, "long ago");
	SAVE("symptom_log", 0, 0, "log_date", "2026-11-10", "eyes", "2");
	SAVE("symptom_log", 0, 0, "log_date", "2026-11-13", "eyes", "2");
	is((long long)see_across().n, 0, "four in a week");
	rid_t fifth = SAVE("symptom_log", 0, 0, "log_date", "2026-11-17", "eyes", "1");
	is((long long)see_across().n, 0, "a fifth on the eighth day");
	SAVE("symptom_log", fifth, 0, "log_date", "2026-11-16");
	seen = see_across();
	ok(seen.n == 0, "on the seventh, but the later telephone call was about it too");
	SAVE("symptom_log", log, 0, "phoned_at", "");
	is_text(see_across().text, "cluster 2026-11-16, cluster 2026-11-21", "five in seven days");
	seen = see_across();
	is(care_alert_answer(store, &seen.last, ALERT_IS_CLOSED, "已电话报告卫生院", &err), 0, "a person closes it");
	is_text(see_across().text, "cluster 2026-11-16", "and it is closed");
	SAVE("symptom_log", log, 0, "phoned_at", "2026-11-21T10:00");
	rid_t clinic = SAVE("clinic", 0, 0, "state", "1", "name", "甲村卫生室");
	char number[24];
	snprintf(number, sizeof number, "%llu", (unsigned long long)clinic);
	rid_t old = SAVE("staff", 0, 0, "name", "李医生", "birth_date", "1966-11-23", "role", "2", "route", "4", "qualified", "1", "clinic", number);
	is((long long)see_across().n, 0, "59: no alert");
	SAVE("staff", old, 0, "birth_date", "1966-11-22");
	is_text(see_across().text, "only-doctor 2026-11-22", "60 today, and alone");
	rid_t young = SAVE("staff", 0, 0, "name", "赵医生", "birth_date", "1990-01-01", "role", "2", "route", "4", "qualified", "1", "clinic", number);
	is((long long)see_across().n, 0, "with another doctor");
	SAVE("staff", young, 0, "left_date", "2026-11-01");
	is((long long)see_across().n, 1, "who has left");
}

/* --- kept with each save --- */

static struct buf dump;

static bool take(void *arg, struct span key, rid_t subject, struct span value)
{
	(void)arg;
	buf_put_u64(&dump, subject);
	buf_put(&dump, key.data, key.len_bytes);
	buf_put(&dump, value.data, value.len_bytes);
	return true;
}

static struct buf dump_tables(void)
{
	static const char *const tables[] = { "fact", "duty", "alert" };
	dump = (struct buf)BUF_INIT;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (store_derived_each(store, tables[i], span_of("", 0), span_of("", 0), take, NULL, &err))
			printf("# %s\n", err.text);
	return dump;
}

static unsigned seed = 20261129;

static unsigned any(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static const char *any_day(char out[DATE_TEXT_BYTES])
{
	return date_format(date_parse("2025-01-01") + (date_t)any(690), out);
}

static rid_t any_record(rid_t one, rid_t record)
{
	char day[DATE_TEXT_BYTES], later[DATE_TEXT_BYTES], number[8], code[8];
	snprintf(number, sizeof number, "%u", 110 + any(90));
	snprintf(code, sizeof code, "%u", 1 + any(3));
	any_day(day);
	any_day(later);
	switch (any(14)) {
	case 0:
		return SAVE("hypertension_visit", record, one, "visit_date", day, "mode", code, "outcome", "1", "sbp", number, "dbp", "80", "class", code);
	case 1:
		return SAVE("hypertension_enrolment", record, one, "enrolled_date", day);
	case 2:
		return SAVE("diabetes_visit", record, one, "visit_date", day, "mode", "1", "outcome", "1", "sbp", number, "dbp", "80", "fpg", any(2) ? "7.4" : "3.8");
	case 3:
		return SAVE("tb_first_visit", record, one, "visit_date", day, "met", code, "supervisor", code, "attempts", "2");
	case 4:
		return SAVE("tb_visit", record, one, "visit_date", day, "month", code, "supervisor", code, "missed_doses", any(2) ? "0" : "2");
	case 5:
		return SAVE("smi_visit", record, one, "visit_date", day, "mode", code, "outcome", "1", "class", code, "risk", code);
	case 6:
		return SAVE("smi_supplement", record, one, "filled_date", day, "consent", "1");
	case 7:
		return SAVE("pregnancy_first", record, one, "visit_date", later, "lmp", day, "sbp", number, "dbp", "70");
	case 8:
		return SAVE("phq9", record, one, "screen_date", day, "full", "1", "q9_harm", any(2) ? "0" : "1", "score", "12");
	case 9:
		return SAVE("referral", record, one, "referral_date", day, "kind", code);
	case 10:
		return SAVE("category_span", record, one, "category", any(2) ? "31" : "23", "valid_from", day);
	case 11:
		return SAVE("contract", record, one, "start_date", day, "end_date", later, "status", code);
	case 12:
		return SAVE("major_disease", record, one, "found_date", day, "status", code);
	default:
		return SAVE("examination", record, one, "exam_date", day, "kind", code);
	}
}

static void test_rebuild(void)
{
	static const char *const births[] = { "2026-08-01", "2025-03-05", "2021-06-30", "1996-02-29", "1980-01-01", "1955-12-31" };
	for (int i = 0; i < 24; i++) {
		char day[DATE_TEXT_BYTES];
		rid_t one = SAVE("resident", 0, 0, "name", "王小明", "sex", any(2) ? "1" : "2", "birth_date",
		                 births[any(6)], "built_date", any_day(day), "status", "1");
		for (unsigned j = any(12); j > 0; j--) {
			rid_t made = any_record(one, 0);
			if (!any(6)) { /* corrected to another day */
				struct arena arena = ARENA_INIT;
				struct record record;
				store_record(store, made, &arena, &record, &err);
				const struct form *form = form_set_find(forms, record.form);
				if (form->date_field >= 0)
					SAVE(record.form, made, 0, form->fields[form->date_field].name, any_day(day));
				arena_free(&arena);
			}
		}
		if (!any(5))
			SAVE("resident", one, 0, "status", any(2) ? "2" : "3", "status_date", any_day(day));
	}
	struct buf kept = dump_tables();
	is(store_derive_all(store, NULL, &err), 0, "derive everything anew");
	struct buf anew = dump_tables();
	ok(kept.len_bytes > 4000 && kept.len_bytes == anew.len_bytes && !memcmp(kept.data, anew.data, kept.len_bytes),
	   "facts, duties and alerts are what the saves had kept");
	buf_free(&kept);
	buf_free(&anew);
}

static void test_words(const struct rule_set *rules)
{
	struct arena arena = ARENA_INIT;
	bool all = true;
	for (int rule = 0; rule < ALERT_N; rule++) {
		const struct alert_row row = { .rule = (enum alert_rule)rule, .since = date_parse("2026-11-22"),
			                       .last = DATE_NONE };
		struct alert alert = alert_of_row(1, &row);
		all = all && *alert_label(&alert) && *alert_text(&alert) && *alert_owner_label(alert.owner);
		ok(strstr(alert_source(rules, &alert, &arena), ".csv ") != NULL, "%s has a source", alert_word(&alert));
	}
	ok(all, "every alert has words and an owner");
	arena_free(&arena);
}

int main(void)
{
	setenv("XIANGYI_TODAY", "2026-11-22", 1);
	scratch_begin();
	forms = scene_forms();
	test_rows(form_set_rules(forms));
	test_words(form_set_rules(forms));
	test_costs();
	if (!make_store(scratch_path("village"), "甲村卫生室", "430599101201"))
		return 1;
	test_answers();
	test_across();
	test_rebuild();
	store_close(store);
	form_set_free(forms);
	return done_testing();
}
