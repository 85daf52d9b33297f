/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What care/ reads of the records: of every form that a duty, an alert or an indicator depends on, a few
 * fields as whole numbers. One list says which; reading, storing and the names in C come from it.
 *
 * A missing or unreadable value is EVENT_NONE, which is below every limit and equal to no code.
 */
#ifndef CARE_EVENT_H
#define CARE_EVENT_H

#include "db/store.h"
#include "lib/date.h"

#define EVENT_NONE DATE_NONE

/* How a field becomes a number; X(NAME, meaning) */
#define SLOT_TYPE_LIST(X)                                                                          \
	X(NUM, "whole number or code")                                                             \
	X(DEC, "hundredths of a decimal")                                                          \
	X(DATE, "days since 1970")                                                                 \
	X(TIME, "minutes since 1970, local")                                                       \
	X(SET, "one bit for each chosen code from 0 to 30")                                        \
	X(ANY, "1 when it is not empty")                                                           \
	X(HASH, "31 bits of a hash, to find equal ones")
#define SLOT_TYPE_ENUM(name, meaning) SLOT_##name,
enum slot_type { SLOT_TYPE_LIST(SLOT_TYPE_ENUM) SLOT_TYPE_N };
#undef SLOT_TYPE_ENUM

/* S(KIND, NAME, field of the form, type) */
#define RESIDENT_SLOTS(S)                                                                          \
	S(RESIDENT, BIRTH, "birth_date", DATE)                                                     \
	S(RESIDENT, SEX, "sex", NUM)                                                               \
	S(RESIDENT, STATUS, "status", NUM)                                                         \
	S(RESIDENT, STATUS_DATE, "status_date", DATE)                                              \
	S(RESIDENT, BUILT, "built_date", DATE)                                                     \
	S(RESIDENT, RESIDENCE, "residence", NUM)                                                   \
	S(RESIDENT, DISABILITY, "disability", SET)                                                 \
	S(RESIDENT, ID, "id_number", ANY)                                                          \
	S(RESIDENT, PHONE, "phone", HASH)                                                          \
	S(RESIDENT, DOCTOR, "doctor", HASH)                                                        \
	S(RESIDENT, PAYMENT, "payment", SET)
#define SPAN_SLOTS(S)                                                                              \
	S(SPAN, CATEGORY, "category", NUM)                                                         \
	S(SPAN, CLEARED, "risk_cleared", NUM)                                                      \
	S(SPAN, CLEARED_DATE, "risk_cleared_date", DATE)                                           \
	S(SPAN, FROM, "valid_from", DATE)                                                          \
	S(SPAN, TO, "valid_to", DATE)
#define CONTRACT_SLOTS(S)                                                                          \
	S(CONTRACT, FROM, "start_date", DATE)                                                      \
	S(CONTRACT, TO, "end_date", DATE)                                                          \
	S(CONTRACT, STATUS, "status", NUM)                                                         \
	S(CONTRACT, ENDED, "ended_date", DATE)                                                     \
	S(CONTRACT, GROUPS, "groups", SET)
#define ITEM_SLOTS(S)                                                                              \
	S(ITEM, ITEM, "item", NUM)                                                                 \
	S(ITEM, PLANNED, "planned", NUM)                                                           \
	S(ITEM, DONE, "done", NUM)                                                                 \
	S(ITEM, STATUS, "status", NUM)                                                             \
	S(ITEM, DUE, "due", DATE)
#define SERVICE_SLOTS(S)                                                                           \
	S(SERVICE, ITEM, "item", NUM)                                                              \
	S(SERVICE, SATISFACTION, "satisfaction", NUM)
#define GENERAL_SLOTS(S)                                                                           \
	S(GENERAL, FIRST_CONTACT, "first_contact", NUM)                                            \
	S(GENERAL, SBP, "sbp", NUM)                                                                \
	S(GENERAL, DBP, "dbp", NUM)                                                                \
	S(GENERAL, GLUCOSE, "glucose", DEC)                                                        \
	S(GENERAL, CHRONIC, "chronic", SET)                                                        \
	S(GENERAL, FIVE, "five_score", NUM)                                                        \
	S(GENERAL, REFER, "refer", NUM)                                                            \
	S(GENERAL, NOTIFIABLE, "notifiable", NUM)                                                  \
	S(GENERAL, NEXT, "next_date", DATE)
#define HTN_ENROL_SLOTS(S)                                                                         \
	S(HTN_ENROL, ENROLLED, "enrolled_date", DATE)                                              \
	S(HTN_ENROL, CLOSED, "closed_date", DATE)                                                  \
	S(HTN_ENROL, REASON, "closed_reason", NUM)
#define DM_ENROL_SLOTS(S)                                                                          \
	S(DM_ENROL, ENROLLED, "enrolled_date", DATE)                                               \
	S(DM_ENROL, CLOSED, "closed_date", DATE)                                                   \
	S(DM_ENROL, REASON, "closed_reason", NUM)
/* The visits of both diseases begin alike: care/chronic.c reads them by the names of HTN. */
#define CHRONIC_SLOTS(S, kind)                                                                     \
	S(kind, MODE, "mode", NUM)                                                                 \
	S(kind, OUTCOME, "outcome", NUM)                                                           \
	S(kind, CLASS, "class", NUM)                                                               \
	S(kind, SBP, "sbp", NUM)                                                                   \
	S(kind, DBP, "dbp", NUM)                                                                   \
	S(kind, ADVERSE, "adverse", NUM)                                                           \
	S(kind, DANGER, "danger_signs", SET)                                                       \
	S(kind, REFERRED, "refer_reason", ANY)                                                     \
	S(kind, NEXT, "next_date", DATE)                                                           \
	S(kind, WEIGHT, "weight", DEC)                                                             \
	S(kind, SYMPTOMS, "symptoms", ANY)
#define HTN_SLOTS(S) CHRONIC_SLOTS(S, HTN)
#define DM_SLOTS(S)                                                                                \
	CHRONIC_SLOTS(S, DM)                                                                       \
	S(DM, FPG, "fpg", DEC)                                                                     \
	S(DM, GLUCOSE_2H, "glucose_2h", DEC)                                                       \
	S(DM, RANDOM, "glucose_random", DEC)                                                       \
	S(DM, HBA1C, "hba1c", DEC)                                                                 \
	S(DM, HYPO, "hypoglycaemia", NUM)
#define HIGH_BP_SLOTS(S)                                                                           \
	S(HIGH_BP, STATE, "state", NUM)                                                            \
	S(HIGH_BP, SBP, "sbp", NUM)                                                                \
	S(HIGH_BP, DBP, "dbp", NUM)                                                                \
	S(HIGH_BP, REFER_DATE, "refer_date", DATE)                                                 \
	S(HIGH_BP, CHECKED, "checked_date", DATE)                                                  \
	S(HIGH_BP, DIAGNOSIS, "diagnosis", NUM)                                                    \
	S(HIGH_BP, HIGH_RISK, "high_risk", NUM)                                                    \
	S(HIGH_BP, NEXT, "next_date", DATE)
#define DM_RISK_SLOTS(S)                                                                           \
	S(DM_RISK, RISK, "risk", NUM)                                                              \
	S(DM_RISK, REFER, "refer_needed", NUM)                                                     \
	S(DM_RISK, NEXT, "next_date", DATE)
#define EXAM_SLOTS(S)                                                                              \
	S(EXAM, KIND, "kind", NUM)                                                                 \
	S(EXAM, SBP, "sbp_left", NUM)                                                              \
	S(EXAM, DBP, "dbp_left", NUM)                                                              \
	S(EXAM, FPG, "fpg", DEC)                                                                   \
	S(EXAM, HEIGHT, "height", DEC)                                                             \
	S(EXAM, WEIGHT, "weight", DEC)                                                             \
	S(EXAM, ABNORMAL, "abnormal", NUM)                                                         \
	S(EXAM, GUIDANCE, "guidance", SET)                                                         \
	S(EXAM, FEEDBACK, "feedback_date", DATE)
#define SELFCARE_SLOTS(S) S(SELFCARE, SCORE, "score", NUM)
#define TCM_SLOTS(S) S(TCM, GUIDANCE, "guidance", SET)
#define DISABLED_SLOTS(S)                                                                          \
	S(DISABLED, GRADE, "grade", NUM)                                                           \
	S(DISABLED, NEXT, "next_date", DATE)
#define SMI_ENROL_SLOTS(S)                                                                         \
	S(SMI_ENROL, FILLED, "filled_date", DATE)                                                  \
	S(SMI_ENROL, CONSENT, "consent", NUM)                                                      \
	S(SMI_ENROL, DIAGNOSED, "diagnosed_date", DATE)
#define SMI_SLOTS(S)                                                                               \
	S(SMI, MODE, "mode", NUM)                                                                  \
	S(SMI, OUTCOME, "outcome", NUM)                                                            \
	S(SMI, CLASS, "class", NUM)                                                                \
	S(SMI, RISK, "risk", NUM)                                                                  \
	S(SMI, EVENTS, "events", SET)                                                              \
	S(SMI, ADHERENCE, "adherence", NUM)                                                        \
	S(SMI, ADMISSION, "admission", NUM)                                                        \
	S(SMI, REFER, "refer", NUM)                                                                \
	S(SMI, NEXT, "next_date", DATE)
#define SMI_CLOSING_SLOTS(S) S(SMI_CLOSING, REASON, "closed_reason", NUM)
#define TB_SUSPECT_SLOTS(S)                                                                        \
	S(TB_SUSPECT, REFER, "refer_needed", NUM)                                                  \
	S(TB_SUSPECT, CHECKED, "checked_date", DATE)                                               \
	S(TB_SUSPECT, RESULT, "result", NUM)
#define TB_FIRST_SLOTS(S)                                                                          \
	S(TB_FIRST, NOTICE, "notice_at", TIME)                                                     \
	S(TB_FIRST, TIME, "visit_time", TIME)                                                      \
	S(TB_FIRST, MET, "met", NUM)                                                               \
	S(TB_FIRST, ATTEMPTS, "attempts", NUM)                                                     \
	S(TB_FIRST, REPORTED, "reported_date", DATE)                                               \
	S(TB_FIRST, SUPERVISOR, "supervisor", NUM)                                                 \
	S(TB_FIRST, KIND, "resistance_kind", NUM)                                                  \
	S(TB_FIRST, START, "treatment_start", DATE)                                                \
	S(TB_FIRST, NEXT, "next_date", DATE)
#define TB_SLOTS(S)                                                                                \
	S(TB, MODE, "mode", NUM)                                                                   \
	S(TB, MONTH, "month", NUM)                                                                 \
	S(TB, SUPERVISOR, "supervisor", NUM)                                                       \
	S(TB, KIND, "resistance_kind", NUM)                                                        \
	S(TB, PHASE, "phase", NUM)                                                                 \
	S(TB, MISSED, "missed_doses", NUM)                                                         \
	S(TB, ADVERSE, "adverse", NUM)                                                             \
	S(TB, DANGER, "danger_signs", SET)                                                         \
	S(TB, NEXT, "next_date", DATE)
#define TB_CLOSING_SLOTS(S)                                                                        \
	S(TB_CLOSING, REASON, "reason", NUM)                                                       \
	S(TB_CLOSING, START, "start_date", DATE)                                                   \
	S(TB_CLOSING, VISITS_DUE, "visits_due", NUM)                                               \
	S(TB_CLOSING, VISITS_DONE, "visits_done", NUM)                                             \
	S(TB_CLOSING, DOSES_DUE, "doses_due", NUM)                                                 \
	S(TB_CLOSING, DOSES_TAKEN, "doses_taken", NUM)
#define NEWBORN_SLOTS(S)                                                                           \
	S(NEWBORN, DISCHARGED, "discharged_date", DATE)                                            \
	S(NEWBORN, HIGH_RISK, "high_risk", NUM)                                                    \
	S(NEWBORN, REFER, "refer", NUM)                                                            \
	S(NEWBORN, NEXT, "next_date", DATE)
#define NEWBORN_SCREEN_SLOTS(S)                                                                    \
	S(NEWBORN_SCREEN, BLOOD_DONE, "blood_done", NUM)                                           \
	S(NEWBORN_SCREEN, BLOOD_RESULT, "blood_result", NUM)                                       \
	S(NEWBORN_SCREEN, RECALL_DATE, "recall_date", DATE)                                        \
	S(NEWBORN_SCREEN, RECALL_RESULT, "recall_result", NUM)                                     \
	S(NEWBORN_SCREEN, HEARING_1, "hearing_first", NUM)                                         \
	S(NEWBORN_SCREEN, HEARING_1_DATE, "hearing_first_date", DATE)                              \
	S(NEWBORN_SCREEN, HEARING_2, "hearing_second", NUM)                                        \
	S(NEWBORN_SCREEN, HEARING_DIAGNOSIS, "hearing_diagnosis", NUM)
#define CHILD_SLOTS(S)                                                                             \
	S(CHILD, STAGE, "stage", NUM)                                                              \
	S(CHILD, HB, "hb", DEC)                                                                    \
	S(CHILD, SIGNS, "signs_n", NUM)                                                            \
	S(CHILD, REFER, "refer", NUM)                                                              \
	S(CHILD, NEXT, "next_date", DATE)
#define WARNING_SLOTS(S)                                                                           \
	S(WARNING, STAGE, "stage", NUM)                                                            \
	S(WARNING, SIGNS, "signs_n", NUM)                                                          \
	S(WARNING, REFER, "refer", NUM)                                                            \
	S(WARNING, NEXT, "next_date", DATE)
#define TCM_CHILD_SLOTS(S) S(TCM_CHILD, STAGE, "stage", NUM)
#define PACK_SLOTS(S) S(PACK, NEXT, "next_date", DATE)
#define GUIDANCE_SLOTS(S) S(GUIDANCE, NEXT, "next_date", DATE)
#define PREGNANCY_SLOTS(S)                                                                         \
	S(PREGNANCY, LMP, "lmp", DATE)                                                             \
	S(PREGNANCY, BOOKED, "booked_date", DATE)                                                  \
	S(PREGNANCY, RISK, "risk", NUM)                                                            \
	S(PREGNANCY, SBP, "sbp", NUM)                                                              \
	S(PREGNANCY, DBP, "dbp", NUM)                                                              \
	S(PREGNANCY, REFER, "refer", NUM)                                                          \
	S(PREGNANCY, NEXT, "next_date", DATE)
#define ANTENATAL_SLOTS(S)                                                                         \
	S(ANTENATAL, LMP, "lmp", DATE)                                                             \
	S(ANTENATAL, NO, "visit_no", NUM)                                                          \
	S(ANTENATAL, OUTCOME, "outcome", NUM)                                                      \
	S(ANTENATAL, OUTCOME_DATE, "outcome_date", DATE)                                           \
	S(ANTENATAL, CLASS, "class", NUM)                                                          \
	S(ANTENATAL, RISK, "risk", NUM)                                                            \
	S(ANTENATAL, SBP, "sbp", NUM)                                                              \
	S(ANTENATAL, DBP, "dbp", NUM)                                                              \
	S(ANTENATAL, REFER, "refer", NUM)                                                          \
	S(ANTENATAL, NEXT, "next_date", DATE)
#define POSTPARTUM_SLOTS(S)                                                                        \
	S(POSTPARTUM, BORN, "birth_date", DATE)                                                    \
	S(POSTPARTUM, DISCHARGED, "discharged_date", DATE)                                         \
	S(POSTPARTUM, OUTCOME, "outcome", NUM)                                                     \
	S(POSTPARTUM, LIVE, "live_births", NUM)                                                    \
	S(POSTPARTUM, REFER, "refer", NUM)                                                         \
	S(POSTPARTUM, NEXT, "next_date", DATE)
#define POSTPARTUM_42_SLOTS(S)                                                                     \
	S(POSTPARTUM_42, BORN, "birth_date", DATE)                                                 \
	S(POSTPARTUM_42, ACTION, "action", NUM)
#define PRECONCEPTION_SLOTS(S)                                                                     \
	S(PRECONCEPTION, PLANNED, "planned", NUM)                                                  \
	S(PRECONCEPTION, EXAM, "exam_date", DATE)                                                  \
	S(PRECONCEPTION, PREGNANT, "pregnant", NUM)                                                \
	S(PRECONCEPTION, OUTCOME, "outcome_date", DATE)                                            \
	S(PRECONCEPTION, LMP, "lmp", DATE)
#define FOLIC_SLOTS(S)                                                                             \
	S(FOLIC, STAGE, "stage", NUM)                                                              \
	S(FOLIC, LMP, "lmp", DATE)                                                                 \
	S(FOLIC, NEXT, "next_date", DATE)
#define WOMEN_SLOTS(S)                                                                             \
	S(WOMEN, KIND, "kind", SET)                                                                \
	S(WOMEN, ATTENDED, "attended", NUM)                                                        \
	S(WOMEN, EXAM, "exam_date", DATE)                                                          \
	S(WOMEN, CERVIX, "cervix_result", NUM)                                                     \
	S(WOMEN, BREAST, "breast_result", NUM)                                                     \
	S(WOMEN, FOLLOWED, "follow_date", DATE)                                                    \
	S(WOMEN, DIAGNOSIS, "diagnosis", NUM)
#define REFERRAL_SLOTS(S)                                                                          \
	S(REFERRAL, KIND, "kind", NUM)                                                             \
	S(REFERRAL, RECEIVED, "received_date", DATE)                                               \
	S(REFERRAL, CHECKED, "checked_date", DATE)                                                 \
	S(REFERRAL, BACK, "back_date", DATE)                                                       \
	S(REFERRAL, ACCEPTED, "accepted_date", DATE)                                               \
	S(REFERRAL, FOLLOWED, "followed_date", DATE)
#define PHQ9_SLOTS(S)                                                                              \
	S(PHQ9, FULL, "full", NUM)                                                                 \
	S(PHQ9, HARM, "q9_harm", NUM)                                                              \
	S(PHQ9, SCORE, "score", NUM)                                                               \
	S(PHQ9, TREATED, "treated", NUM)                                                           \
	S(PHQ9, NEXT, "next_date", DATE)
#define GAD7_SLOTS(S)                                                                              \
	S(GAD7, SCORE, "score", NUM)                                                               \
	S(GAD7, TREATED, "treated", NUM)                                                           \
	S(GAD7, NEXT, "next_date", DATE)
#define REPORT_SLOTS(S)                                                                            \
	S(REPORT, CARD, "card_type", NUM)                                                          \
	S(REPORT, DISEASE, "disease", NUM)                                                         \
	S(REPORT, CLASS, "case_class", NUM)                                                        \
	S(REPORT, DIAGNOSED, "diagnosed_at", TIME)                                                 \
	S(REPORT, LIMIT, "limit_hours", NUM)                                                       \
	S(REPORT, PHONED, "phoned_at", TIME)                                                       \
	S(REPORT, SENT, "sent_at", TIME)                                                           \
	S(REPORT, NETWORK, "network_at", TIME)
#define MAJOR_SLOTS(S)                                                                             \
	S(MAJOR, DISEASE, "disease", HASH)                                                         \
	S(MAJOR, DIAGNOSED, "diagnosed_date", DATE)                                                \
	S(MAJOR, FOUND, "found_date", DATE)                                                        \
	S(MAJOR, STATUS, "status", NUM)                                                            \
	S(MAJOR, CHECKED, "checked_date", DATE)                                                    \
	S(MAJOR, POVERTY, "poverty_risk", NUM)                                                     \
	S(MAJOR, CLOSED, "closed_date", DATE)
#define TREATMENT_SLOTS(S)                                                                         \
	S(TREATMENT, STATUS, "status", NUM)                                                        \
	S(TREATMENT, ADMITTED, "admitted_date", DATE)                                              \
	S(TREATMENT, DISCHARGED, "discharged_date", DATE)                                          \
	S(TREATMENT, SELF_PAID, "self_paid", DEC)                                                  \
	S(TREATMENT, NEXT, "next_date", DATE)
#define CLUE_SLOTS(S)                                                                              \
	S(CLUE, TRIGGER, "trigger", SET)                                                           \
	S(CLUE, SELF_PAID, "self_paid", DEC)                                                       \
	S(CLUE, REPORTED, "reported_date", DATE)                                                   \
	S(CLUE, ANSWERED, "answered_date", DATE)                                                   \
	S(CLUE, HELPED, "helped_date", DATE)                                                       \
	S(CLUE, CLOSED, "closed_date", DATE)                                                       \
	S(CLUE, ANSWER, "answer_kind", NUM)
#define PAYAFTER_SLOTS(S)                                                                          \
	S(PAYAFTER, DISCHARGED, "discharged_date", DATE)                                           \
	S(PAYAFTER, PLAN, "plan_until", DATE)                                                      \
	S(PAYAFTER, SETTLED, "settled_date", DATE)                                                 \
	S(PAYAFTER, STATUS, "status", NUM)
#define ENDEMIC_SLOTS(S)                                                                           \
	S(ENDEMIC, REGISTERED, "registered_date", DATE)                                            \
	S(ENDEMIC, STATUS, "status", NUM)                                                          \
	S(ENDEMIC, CLOSED, "closed_date", DATE)
#define ENDEMIC_VISIT_SLOTS(S) S(ENDEMIC_VISIT, NEXT, "next_date", DATE)
#define DUST_SLOTS(S)                                                                              \
	S(DUST, REGISTERED, "registered_date", DATE)                                               \
	S(DUST, CLOSED, "closed_date", DATE)
#define DUST_VISIT_SLOTS(S) S(DUST_VISIT, NEXT, "next_date", DATE)
#define PLAN_SLOTS(S)                                                                              \
	S(PLAN, NEXT, "next_date", DATE)                                                           \
	S(PLAN, CLOSED, "closed_date", DATE)
#define ALERT_ACTION_SLOTS(S)                                                                      \
	S(ALERT_ACTION, ALERT, "alert", NUM)                                                       \
	S(ALERT_ACTION, SINCE, "since", DATE)                                                      \
	S(ALERT_ACTION, STATE, "state", NUM)
#define STAFF_SLOTS(S)                                                                             \
	S(STAFF, BIRTH, "birth_date", DATE)                                                        \
	S(STAFF, ROLE, "role", NUM)                                                                \
	S(STAFF, ROUTE, "route", NUM)                                                              \
	S(STAFF, LICENCE_UNTIL, "licence_until", DATE)                                             \
	S(STAFF, QUALIFIED, "qualified", NUM)                                                      \
	S(STAFF, LEFT, "left_date", DATE)                                                          \
	S(STAFF, SPECIALTY, "specialty", SET)                                                      \
	S(STAFF, TCM, "tcm", NUM)                                                                  \
	S(STAFF, CLINIC, "clinic", HASH)
#define CLINIC_SLOTS(S)                                                                            \
	S(CLINIC, KIND, "kind", NUM)                                                               \
	S(CLINIC, STATE, "state", NUM)                                                             \
	S(CLINIC, LICENCE_UNTIL, "licence_until", DATE)                                            \
	S(CLINIC, CONFIRMED, "confirmed_date", DATE)                                               \
	S(CLINIC, UNIT, "unit", HASH)
#define CLINIC_CHECK_SLOTS(S)                                                                      \
	S(CLINIC_CHECK, STANDARD, "standard", NUM)                                                 \
	S(CLINIC_CHECK, NEXT, "next_date", DATE)
#define EDUCATION_SLOTS(S)                                                                         \
	S(EDUCATION, FORM, "form", NUM)                                                            \
	S(EDUCATION, PEOPLE, "people", NUM)                                                        \
	S(EDUCATION, NEXT, "next_date", DATE)
#define SYMPTOM_SLOTS(S)                                                                           \
	S(SYMPTOM, FEVER, "fever", NUM)                                                            \
	S(SYMPTOM, FLU, "flu", NUM)                                                                \
	S(SYMPTOM, DIARRHOEA, "diarrhoea", NUM)                                                    \
	S(SYMPTOM, RASH, "rash", NUM)                                                              \
	S(SYMPTOM, JAUNDICE, "jaundice", NUM)                                                      \
	S(SYMPTOM, EYES, "eyes", NUM)                                                              \
	S(SYMPTOM, PAROTID, "parotid", NUM)                                                        \
	S(SYMPTOM, PHONED, "phoned_at", TIME)
#define UNIT_SLOTS(S)                                                                              \
	S(UNIT, SERVICE, "service", NUM)                                                           \
	S(UNIT, NO_CLINIC, "institution_blank", NUM)                                               \
	S(UNIT, NO_STAFF, "staff_blank", NUM)                                                      \
	S(UNIT, BLANK_FROM, "blank_from", DATE)                                                    \
	S(UNIT, BLANK_DUE, "blank_due", DATE)                                                      \
	S(UNIT, VALID_TO, "valid_to", DATE)                                                        \
	S(UNIT, POPULATION, "population", NUM)

#define VALUE_SLOTS(S)                                                                             \
	S(VALUE, INDICATOR, "indicator", HASH)                                                     \
	S(VALUE, YEAR, "year", NUM)                                                                \
	S(VALUE, NUMERATOR, "numerator", NUM)                                                      \
	S(VALUE, DENOMINATOR, "denominator", NUM)

#define POOLING_SLOTS(S)                                                                           \
	S(POOLING, DESIGNATED, "designated", NUM)                                                  \
	S(POOLING, UNTIL, "valid_until", DATE)
#define CLINIC_EVENT_SLOTS(S) S(CLINIC_EVENT, KIND, "kind", NUM)

/* X(KIND, form, slots). The order is stored: only append. */
#define EVENT_LIST(X)                                                                              \
	X(RESIDENT, "resident", RESIDENT_SLOTS)                                                    \
	X(SPAN, "category_span", SPAN_SLOTS)                                                       \
	X(CONTRACT, "contract", CONTRACT_SLOTS)                                                    \
	X(ITEM, "contract_item", ITEM_SLOTS)                                                       \
	X(SERVICE, "service_log", SERVICE_SLOTS)                                                   \
	X(GENERAL, "general_visit", GENERAL_SLOTS)                                                 \
	X(HTN_ENROL, "hypertension_enrolment", HTN_ENROL_SLOTS)                                    \
	X(HTN, "hypertension_visit", HTN_SLOTS)                                                    \
	X(DM_ENROL, "diabetes_enrolment", DM_ENROL_SLOTS)                                          \
	X(DM, "diabetes_visit", DM_SLOTS)                                                          \
	X(HIGH_BP, "high_bp_finding", HIGH_BP_SLOTS)                                               \
	X(DM_RISK, "diabetes_risk", DM_RISK_SLOTS)                                                 \
	X(EXAM, "examination", EXAM_SLOTS)                                                         \
	X(SELFCARE, "selfcare", SELFCARE_SLOTS)                                                    \
	X(TCM, "tcm_constitution", TCM_SLOTS)                                                      \
	X(DISABLED, "disability_care", DISABLED_SLOTS)                                             \
	X(SMI_ENROL, "smi_supplement", SMI_ENROL_SLOTS)                                            \
	X(SMI, "smi_visit", SMI_SLOTS)                                                             \
	X(SMI_CLOSING, "smi_closing", SMI_CLOSING_SLOTS)                                           \
	X(TB_SUSPECT, "tb_suspect", TB_SUSPECT_SLOTS)                                              \
	X(TB_FIRST, "tb_first_visit", TB_FIRST_SLOTS)                                              \
	X(TB, "tb_visit", TB_SLOTS)                                                                \
	X(TB_CLOSING, "tb_closing", TB_CLOSING_SLOTS)                                              \
	X(NEWBORN, "newborn_visit", NEWBORN_SLOTS)                                                 \
	X(NEWBORN_SCREEN, "newborn_screening", NEWBORN_SCREEN_SLOTS)                               \
	X(CHILD, "child_check", CHILD_SLOTS)                                                       \
	X(WARNING, "warning_signs", WARNING_SLOTS)                                                 \
	X(TCM_CHILD, "tcm_child", TCM_CHILD_SLOTS)                                                 \
	X(PACK, "nutrition_pack", PACK_SLOTS)                                                      \
	X(GUIDANCE, "guidance_0_3", GUIDANCE_SLOTS)                                                \
	X(PREGNANCY, "pregnancy_first", PREGNANCY_SLOTS)                                           \
	X(ANTENATAL, "pregnancy_visit", ANTENATAL_SLOTS)                                           \
	X(POSTPARTUM, "postpartum_visit", POSTPARTUM_SLOTS)                                        \
	X(POSTPARTUM_42, "postpartum_42", POSTPARTUM_42_SLOTS)                                     \
	X(PRECONCEPTION, "preconception_exam", PRECONCEPTION_SLOTS)                                \
	X(FOLIC, "folic_acid", FOLIC_SLOTS)                                                        \
	X(WOMEN, "women_screening", WOMEN_SLOTS)                                                   \
	X(REFERRAL, "referral", REFERRAL_SLOTS)                                                    \
	X(PHQ9, "phq9", PHQ9_SLOTS)                                                                \
	X(GAD7, "gad7", GAD7_SLOTS)                                                                \
	X(REPORT, "infectious_report", REPORT_SLOTS)                                               \
	X(MAJOR, "major_disease", MAJOR_SLOTS)                                                     \
	X(TREATMENT, "treatment_log", TREATMENT_SLOTS)                                             \
	X(CLUE, "clue", CLUE_SLOTS)                                                                \
	X(PAYAFTER, "payafter_case", PAYAFTER_SLOTS)                                               \
	X(ENDEMIC, "endemic_disease", ENDEMIC_SLOTS)                                               \
	X(ENDEMIC_VISIT, "endemic_visit", ENDEMIC_VISIT_SLOTS)                                     \
	X(DUST, "pneumoconiosis", DUST_SLOTS)                                                      \
	X(DUST_VISIT, "pneumoconiosis_rehab", DUST_VISIT_SLOTS)                                    \
	X(PLAN, "care_plan", PLAN_SLOTS)                                                           \
	X(ALERT_ACTION, "alert_action", ALERT_ACTION_SLOTS)                                        \
	X(STAFF, "staff", STAFF_SLOTS)                                                             \
	X(CLINIC, "clinic", CLINIC_SLOTS)                                                          \
	X(CLINIC_CHECK, "clinic_check", CLINIC_CHECK_SLOTS)                                        \
	X(EDUCATION, "health_education", EDUCATION_SLOTS)                                          \
	X(SYMPTOM, "symptom_log", SYMPTOM_SLOTS)                                                   \
	X(UNIT, "coverage_unit", UNIT_SLOTS)                                                       \
	X(VALUE, "indicator_value", VALUE_SLOTS)                                                   \
	X(POOLING, "outpatient_pooling", POOLING_SLOTS)                                            \
	X(CLINIC_EVENT, "clinic_event", CLINIC_EVENT_SLOTS)

#define EVENT_KIND_ENUM(kind, form, slots) EVENT_##kind,
enum event_kind { EVENT_LIST(EVENT_KIND_ENUM) EVENT_KIND_N };
#undef EVENT_KIND_ENUM

#define SLOT_ENUM(kind, name, field, type) kind##_##name,
#define EVENT_SLOT_ENUM(kind, form, slots) enum { slots(SLOT_ENUM) kind##_SLOT_N };
EVENT_LIST(EVENT_SLOT_ENUM)
#undef EVENT_SLOT_ENUM
#undef SLOT_ENUM

enum { EVENT_SLOTS_MAX = 16 };

struct event {
	rid_t record;          /* 0 when it comes from the table of facts */
	date_t date;           /* of what happened, or as first recorded; DATE_NONE for some masters */
	uint8_t kind;          /* enum event_kind */
	int32_t v[EVENT_SLOTS_MAX];
};

const char *event_form(enum event_kind kind);
size_t event_slots(enum event_kind kind);
/* The slot that is read from a field of the kind's form; -1 when none is. */
int event_slot_find(enum event_kind kind, const char *field);
const char *event_slot_field(enum event_kind kind, size_t slot);
/* The kind read from a form; -1 when none is. */
int event_kind_find(const char *form);

/* The number of a text, by type; EVENT_NONE when it is empty or none. TIME takes "HH:MM" as minutes of a
 * day as well as a whole date and time. */
int32_t event_number(enum slot_type type, const char *text);

#endif
