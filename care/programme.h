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

void programme_hypertension(struct duty_list *list);
void programme_diabetes(struct duty_list *list);
void programme_pressure_screening(struct duty_list *list);
void programme_referral(struct duty_list *list);
void programme_contract(struct duty_list *list);

#endif
