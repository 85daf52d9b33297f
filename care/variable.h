/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions behind the variables of care/scope.h: each gives the value and, with say, explains it. */
#ifndef CARE_VARIABLE_H
#define CARE_VARIABLE_H

#include "care/scope.h"

typedef double variable_function(struct scope *scope, int parameter);

variable_function var_first, var_on, var_year_first, var_event_date, var_in_period;
variable_function var_present, var_age, var_age_months, var_sex, var_low_income, var_signed;
variable_function var_key_group, var_dynamic, var_examined, var_within_year, var_within_life;
variable_function var_child_seen, var_born_in_period, var_booked_early, var_antenatal, var_postpartum;
variable_function var_renewed, var_ends_in_period, var_all_done, var_has_items, var_report_minutes;
variable_function var_doses_percent, var_clinic_standard, var_tb_first_in_time, var_tb_regular;
variable_function var_smi_stable, var_five_ones, var_women_screened;
variable_function var_registered, var_left, var_assessable, var_visits, var_visits_needed, var_enough;
variable_function var_no_gap, var_norm_exam, var_followed, var_controlled;

#endif
