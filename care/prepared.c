/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "care/prepared.h"

int care_prepare(const struct derive_input *in, const void **prepared, struct error *err)
{
	const struct form_set *forms = store_forms(in->store);
	struct care_prepared *out = arena_alloc(in->arena, sizeof *out);
	*prepared = out;
	if (!out)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	int rc = fact_read(forms, in->subject, in->records, in->n, in->arena, &out->facts, err);
	return rc ? rc : duty_compute(form_set_rules(forms), &out->facts, in->arena, &out->duties, &out->n_duties, err);
}
