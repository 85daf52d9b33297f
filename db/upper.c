/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "db/upper.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "lib/i18n.h"

enum { FORMS_MAX = 1024 };

static void upper_clear(struct upper *upper)
{
	for (size_t i = 0; i < upper->n_forms; i++)
		free(upper->forms[i]);
	free(upper->forms);
	for (size_t i = 0; i < upper->n_holds; i++)
		free(upper->holds[i].above);
	free(upper->holds);
	memset(upper, 0, offsetof(struct upper, cache)); /* the cache knows its generation */
}

void upper_free(struct upper *upper)
{
	if (!upper)
		return;
	upper_clear(upper);
	free(upper);
}

static int add_form(struct upper *upper, const char *id, size_t len, struct error *err)
{
	char **more = realloc(upper->forms, (upper->n_forms + 1) * sizeof(*more));
	char *copy = more ? strndup(id, len) : NULL;

	if (more)
		upper->forms = more;
	if (!copy)
		return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	upper->forms[upper->n_forms++] = copy;
	if (!strcmp(copy, "resident"))
		upper->resident_no = (uint16_t)upper->n_forms;
	if (!strcmp(copy, "household"))
		upper->household_no = (uint16_t)upper->n_forms;
	return 0;
}

static int load_forms(struct store *store, struct upper *upper, struct error *err)
{
	struct span in, id;
	int rc = meta_get(store, "forms", &in, err);

	if (rc == ERR_NOTFOUND)
		return 0;
	while (!rc && in.len_bytes) {
		if (!span_text(&in, &id))
			return error_set(err, ERR_CORRUPT, _("the list of forms in the store is damaged"));
		rc = add_form(upper, (const char *)id.data, id.len_bytes, err);
	}
	return rc;
}

static void ask_tags(const struct form_set *forms, struct upper *upper)
{
	const struct form *resident = forms ? form_set_find(forms, "resident") : NULL;
	const struct form *household = forms ? form_set_find(forms, "household") : NULL;

	if (resident) {
		upper->resident.name = form_tag(resident, "name");
		upper->resident.id_number = form_tag(resident, "id_number");
		upper->resident.phone = form_tag(resident, "phone");
		upper->resident.household = form_tag(resident, "household");
	}
	if (household) {
		upper->household.number = form_tag(household, "household_no");
		upper->household.head_name = form_tag(household, "head_name");
	}
}

int upper_get(struct store *store, struct upper **out, struct error *err)
{
	struct upper *upper = store->upper;
	struct span value;
	unsigned trusted;
	int rc;

	if (!upper) {
		upper = store->upper = calloc(1, sizeof(*upper));
		if (!upper)
			return error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	}
	*out = upper;
	if (upper->loaded && upper->generation == store->generation)
		return 0;
	trusted = upper->trusted;
	upper_clear(upper);
	upper->trusted = trusted;
	upper->generation = store->generation;
	ask_tags(store->forms, upper);
	rc = load_forms(store, upper, err);
	if (!rc)
		rc = holds_load(store, err);
	if (!rc) {
		rc = meta_get(store, "derivers", &value, err);
		if (!rc)
			upper->n_known_derivers = value.len_bytes;
		if (rc == ERR_NOTFOUND)
			rc = 0;
	}
	upper->loaded = !rc;
	return rc;
}

const char *upper_form(const struct upper *upper, uint32_t number)
{
	return number && number <= upper->n_forms ? upper->forms[number - 1] : "";
}

uint16_t upper_form_number(struct upper *upper, const char *form)
{
	if (upper->form_found < upper->n_forms && !strcmp(upper->forms[upper->form_found], form))
		return (uint16_t)(upper->form_found + 1);
	for (size_t i = 0; i < upper->n_forms; i++)
		if (!strcmp(upper->forms[i], form)) {
			upper->form_found = i;
			return (uint16_t)(i + 1);
		}
	return 0;
}

int upper_form_number_for(struct store *store, const char *form, uint16_t *out, struct error *err)
{
	struct buf list = BUF_INIT;
	struct upper *upper;
	int rc = upper_get(store, &upper, err);

	if (rc)
		return rc;
	*out = upper_form_number(upper, form);
	if (*out || strlen(form) > FORM_ID_MAX)
		return 0;
	if (upper->n_forms >= FORMS_MAX)
		return error_set(err, ERR_LIMIT, _("the store holds too many kinds of forms"));
	rc = add_form(upper, form, strlen(form), err);
	if (rc)
		return rc;
	for (size_t i = 0; i < upper->n_forms; i++)
		buf_put_text(&list, upper->forms[i]);
	if (list.failed)
		rc = error_set(err, ERR_NOMEM, "%s", error_kind(ERR_NOMEM));
	if (!rc)
		rc = meta_put(store, "forms", span_of_buf(&list), err);
	buf_free(&list);
	*out = (uint16_t)upper->n_forms;
	return rc;
}

int upper_check_sees(struct store *store, struct error *err)
{
	if (role_sees_patients(store->session.role) || (store->upper && store->upper->trusted))
		return 0;
	return error_set(err, ERR_DENIED, _("the role of %s does not allow to see patients"),
	                 store->session.operator_name);
}
