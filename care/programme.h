/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The programmes: each adds its duties for one resident. A programme reads facts and rules only; the days
 * it computes are the national specification's as data/rules/ gives them, with the source there.
 */
#ifndef CARE_PROGRAMME_H
#define CARE_PROGRAMME_H

#include "care/duty.h"

/* A yearly examination, not one for another purpose. */
bool exam_is_yearly(const struct event *exam);

/* The category that asks for a contract, the one that lasts longest; NULL: none does. */
const struct event *contract_category(const struct rule_set *rules, const struct facts *facts);
/* The contract made that ends last; NULL. */
const struct event *contract_last(const struct facts *facts);
/* Not yet seven when the clinic got to know the resident, so that the checks of children are asked for. */
bool duty_is_child(const struct duty_list *list);

void programme_hypertension(struct duty_list *list);
void programme_diabetes(struct duty_list *list);
void programme_pressure_screening(struct duty_list *list);
void programme_referral(struct duty_list *list);
void programme_contract(struct duty_list *list);
void programme_tuberculosis(struct duty_list *list);
void programme_smi(struct duty_list *list);
void programme_elder(struct duty_list *list);
void programme_newborn(struct duty_list *list);
void programme_child(struct duty_list *list);
void programme_growth(struct duty_list *list);
void programme_maternal(struct duty_list *list);
void programme_women(struct duty_list *list);
void programme_mental_health(struct duty_list *list);
void programme_infectious(struct duty_list *list);
void programme_endemic(struct duty_list *list);
void programme_care(struct duty_list *list);
void programme_major(struct duty_list *list);
/* Not of residents: clinics, staff, villages. */
void programme_clinic(struct duty_list *list);

#endif
