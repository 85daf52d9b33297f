/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/care.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "lib/i18n.h"

static struct change_field text_field(uint32_t tag, const char *text)
{
	return (struct change_field){ .tag = tag, .kind = ENTRY_TEXT,
		                      .value = span_of(text, strlen(text)) };
}

int care_audit(struct store *store, const char *what, uint64_t people, struct error *err)
{
	const struct form *form = form_set_find(store_forms(store), "audit");
	char date[DATE_TEXT_BYTES], count[24];
	if (!form)
		return error_set(err, ERR_NOTFOUND, _("the form \"audit\" is missing"));
	snprintf(count, sizeof count, "%" PRIu64, people);
	const struct change_field fields[] = {
		text_field(form_tag(form, "seen_date"), date_format(date_today(), date)),
		text_field(form_tag(form, "what"), what),
		text_field(form_tag(form, "people"), count),
	};
	const struct change change = { .form = "audit", .fields = fields,
		                       .n_fields = sizeof fields / sizeof *fields };
	return store_save(store, &change, 1, NULL, err);
}

int care_audit_record(struct store *store, const struct record *record, struct error *err)
{
	const struct form *form = form_set_find(store_forms(store), record->form);
	char number[VERSION_TEXT_BYTES], what[256];
	struct version version;
	int rc;

	if (!form || !form->restricted)
		return 0;
	rc = store_version_of(store, record->id, &version, err);
	if (rc)
		return rc;
	snprintf(what, sizeof what, "%s %s", form->title[i18n_lang()], version_format(&version, number));
	return care_audit(store, what, 1, err);
}

int care_audit_indicator(struct store *store, const char *code, const struct care_period *period, uint64_t people,
                         struct error *err)
{
	char what[160], text[PERIOD_TEXT_BYTES];
	snprintf(what, sizeof what, _("names of the indicator %s, %s"), code, care_period_text(period, text));
	return care_audit(store, what, people, err);
}
