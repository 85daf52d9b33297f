/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an indicator's expressions are about: one subject's facts, one event of it (the unit that is
 * counted: a resident, a referral, a contract ...), and a period. Its names are the variables below, and
 * the fields that care/event.h reads of the unit's form.
 */
#ifndef CARE_SCOPE_H
#define CARE_SCOPE_H

#include "care/fact.h"
#include "care/norm.h"
#include "form/expr.h"
#include "form/rules.h"

enum variable_kind { VARIABLE_YES_NO, VARIABLE_NUMBER, VARIABLE_DATE };

/* X(NAME, name, function, parameter, kind, N_() what a yes says, or what the number is) */
#define NORM_VARIABLES(X, ID, id)                                                                  \
	X(ID##_REGISTERED, id "_registered", var_registered, DISEASE_##ID, YES_NO,                 \
	  N_("under management for the disease in the year"))                                      \
	X(ID##_LEFT, id "_left", var_left, DISEASE_##ID, YES_NO,                                   \
	  N_("died or moved away before the reporting date"))                                      \
	X(ID##_ASSESSABLE, id "_assessable", var_assessable, DISEASE_##ID, YES_NO,                 \
	  N_("under management long enough to be assessed"))                                       \
	X(ID##_VISITS, id "_visits", var_visits, DISEASE_##ID, NUMBER,                             \
	  N_("visits that count"))                                                                 \
	X(ID##_VISITS_NEEDED, id "_visits_needed", var_visits_needed, DISEASE_##ID, NUMBER,        \
	  N_("visits needed until the reporting date"))                                            \
	X(ID##_ENOUGH, id "_enough", var_enough, DISEASE_##ID, YES_NO,                             \
	  N_("as many visits as are needed"))                                                      \
	X(ID##_NO_GAP, id "_no_gap", var_no_gap, DISEASE_##ID, YES_NO,                             \
	  N_("no longer than the allowed days without a visit"))                                   \
	X(ID##_EXAM, id "_exam", var_norm_exam, DISEASE_##ID, YES_NO, N_("examined in the year"))  \
	X(ID##_FOLLOWED, id "_followed", var_followed, DISEASE_##ID, YES_NO,                       \
	  N_("every visit that was not controlled was followed in time"))                          \
	X(ID##_CONTROLLED, id "_controlled", var_controlled, DISEASE_##ID, YES_NO,                 \
	  N_("controlled at the last visit of the year"))

#define VARIABLE_LIST(X)                                                                           \
	X(FIRST, "first", var_first, 0, DATE, N_("first day of the period"))                       \
	X(ON, "on", var_on, 0, DATE, N_("reporting date"))                                         \
	X(YEAR_FIRST, "year_first", var_year_first, 0, DATE, N_("first day of the year"))          \
	X(EVENT_DATE, "event_date", var_event_date, 0, DATE, N_("day of the record"))              \
	X(IN_PERIOD, "in_period", var_in_period, 0, YES_NO, N_("recorded in the period"))          \
	X(PRESENT, "present", var_present, 0, YES_NO, N_("lives here on the reporting date"))      \
	X(AGE, "age", var_age, 0, NUMBER, N_("age in whole years"))                                \
	X(AGE_MONTHS, "age_months", var_age_months, 0, NUMBER, N_("age in whole months"))          \
	X(SEX, "sex", var_sex, 0, NUMBER, N_("sex (1 male, 2 female)"))                            \
	X(LOW_INCOME, "low_income", var_low_income, 0, YES_NO,                                     \
	  N_("in a low-income category that counts"))                                              \
	X(LOW_INCOME_WIDE, "low_income_wide", var_low_income, 1, YES_NO,                           \
	  N_("in a low-income category, 脱贫户 included"))                                         \
	X(SIGNED, "signed", var_signed, 0, YES_NO, N_("a family-doctor contract in force"))        \
	X(KEY_GROUP, "key_group", var_key_group, 0, YES_NO, N_("in a key group of the contract"))  \
	X(DYNAMIC, "dynamic", var_dynamic, 0, YES_NO, N_("a service recorded in the last year"))   \
	X(EXAMINED, "examined", var_examined, 0, YES_NO, N_("yearly examination in the year"))     \
	X(SELFCARE, "selfcare", var_within_year, EVENT_SELFCARE, YES_NO,                           \
	  N_("self-care assessed in the year"))                                                    \
	X(TCM, "tcm", var_within_year, EVENT_TCM, YES_NO, N_("TCM constitution in the year"))      \
	X(CHILD_SEEN, "child_seen", var_child_seen, 0, YES_NO, N_("child check in the year"))      \
	X(CHILD_TCM, "child_tcm", var_within_year, EVENT_TCM_CHILD, YES_NO,                        \
	  N_("TCM for children in the year"))                                                      \
	X(NEWBORN_SEEN, "newborn_seen", var_within_life, EVENT_NEWBORN, YES_NO,                    \
	  N_("visited as a newborn"))                                                              \
	X(BORN_IN_PERIOD, "born_in_period", var_born_in_period, 0, YES_NO,                         \
	  N_("born in the period"))                                                                \
	X(BOOKED_EARLY, "booked_early", var_booked_early, 0, YES_NO,                               \
	  N_("booked before week 13 of that pregnancy"))                                           \
	X(ANTENATAL, "antenatal", var_antenatal, 0, NUMBER,                                        \
	  N_("antenatal visits of that pregnancy"))                                                \
	X(POSTPARTUM, "postpartum", var_postpartum, 0, YES_NO,                                     \
	  N_("visited within 28 days after leaving the hospital"))                                 \
	X(RENEWED, "renewed", var_renewed, 0, YES_NO, N_("another contract follows"))              \
	X(ENDS_IN_PERIOD, "ends_in_period", var_ends_in_period, 0, YES_NO,                         \
	  N_("the contract ends in the period"))                                                   \
	X(ALL_DONE, "all_done", var_all_done, 0, YES_NO,                                           \
	  N_("everything promised in the contract was done"))                                      \
	X(HAS_ITEMS, "has_items", var_has_items, 0, YES_NO, N_("services are promised"))           \
	X(REPORT_MINUTES, "report_minutes", var_report_minutes, 0, NUMBER,                         \
	  N_("minutes from the diagnosis to the report"))                                          \
	X(DOSES_PERCENT, "doses_percent", var_doses_percent, 0, NUMBER,                            \
	  N_("per cent of the doses due that were taken"))                                         \
	X(CLINIC_STANDARD, "clinic_standard", var_clinic_standard, 0, YES_NO,                      \
	  N_("the last check met the standard"))                                                   \
	X(FIVE_ONES, "five_ones", var_five_ones, 0, YES_NO,                                        \
	  N_("the last prescription has all of the five ones"))                                    \
	X(WOMEN_SCREENED, "women_screened", var_women_screened, 0, YES_NO,                         \
	  N_("cervix or breast examined within the interval"))                                     \
	X(TB_FIRST_IN_TIME, "tb_first_in_time", var_tb_first_in_time, 0, YES_NO,                   \
	  N_("first visit within 72 hours of the notice"))                                         \
	X(TB_REGULAR, "tb_regular", var_tb_regular, 0, YES_NO,                                     \
	  N_("at least 90 per cent of the doses due taken"))                                              \
	X(SMI_STABLE, "smi_stable", var_smi_stable, 0, YES_NO, N_("stable at the last visit"))     \
	NORM_VARIABLES(X, HTN, "htn")                                                              \
	NORM_VARIABLES(X, DM, "dm")                                                                \
	NORM_VARIABLES(X, TB, "tb")                                                                \
	NORM_VARIABLES(X, SMI, "smi")
#define VARIABLE_ENUM(NAME, name, function, parameter, kind, label) VARIABLE_##NAME,
enum variable { VARIABLE_LIST(VARIABLE_ENUM) VARIABLE_N };
#undef VARIABLE_ENUM

/* What a variable was decided by, for people; texts in arena, translated. */
struct say {
	struct arena *arena;
	const char *evidence; /* "" */
	const char *todo;     /* what to do so that it says yes; "" */
	date_t by;            /* and until when; DATE_NONE */
};

struct scope {
	const struct rule_set *rules;
	const struct norm_rules *norm;
	const struct facts *facts;
	const struct event *event;
	date_t first, on, year_first;
	struct say *say;             /* NULL: values only */
	double values[VARIABLE_N];   /* those known, see known */
	uint8_t known[VARIABLE_N];
};

/* The last day on which something can still be done for the year of the reporting date. */
date_t scope_year_end(const struct scope *scope);

/* Forget the values of the last subject. The period and rules stay. */
void scope_begin(struct scope *scope, const struct facts *facts);
/* The unit that is counted next: values that depend on it are forgotten. */
void scope_event(struct scope *scope, const struct event *event);

/* The number of a name for units of a kind: a variable, or VARIABLE_N + slot; -1 for neither. */
int variable_find(enum event_kind unit, const char *name);
/* NaN for what is missing; yes is 1 and no 0. With say, explains. */
double variable_value(struct scope *scope, int variable);
const char *variable_label(int variable);        /* translated; "" for a slot */
enum variable_kind variable_kind(int variable);  /* a slot is a number */
bool variable_is_of_event(int variable);         /* depends on the unit's event */

/* Add a sentence to what is said; formatted text in the arena. Nothing without say. */
void say_evidence(struct scope *scope, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void say_todo(struct scope *scope, date_t by, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
