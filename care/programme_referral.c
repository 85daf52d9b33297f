/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two-way referral: was the person seen, and the visit after coming back. */
#include "config.h"
#include "care/programme.h"

enum { REFERRAL_URGENT = 1 };

void programme_referral(struct duty_list *list)
{
	FACT_EACH(one, list->facts, EVENT_REFERRAL) {
		bool urgent = one->v[REFERRAL_KIND] == REFERRAL_URGENT;
		date_t back = one->v[REFERRAL_BACK], checked = one->v[REFERRAL_CHECKED];
		if (one->date == DATE_NONE)
			continue;
		struct duty_row *row = duty_add_due(
			list, DUTY_RULE_REFERRAL, DUTY_REASON_REFERRED, urgent ? DUTY_DANGER : DUTY_SOON,
			one->date, one->date + duty_rule_days(list, "referral", "check_days", one->date),
			one->record);
		if (row)
			row->start = one->date;
		if (checked != DATE_NONE || back != DATE_NONE)
			duty_done(row, checked != DATE_NONE ? checked : back, one->record);
		if (back == DATE_NONE)
			continue;
		row = duty_add_due(list, DUTY_RULE_REFERRAL_BACK, DUTY_REASON_INTERVAL, DUTY_SOON, back,
		                   back + duty_rule_days(list, "referral", "back_follow_days", back),
		                   one->record);
		if (one->v[REFERRAL_FOLLOWED] != DATE_NONE)
			duty_done(row, one->v[REFERRAL_FOLLOWED], one->record);
	}
}
