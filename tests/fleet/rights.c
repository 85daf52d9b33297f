/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may write what (model.h). */
#include "config.h"

#include <string.h>

#include "tests/fleet/model.h"

struct fact *model_held(const struct model *model, const struct version *version)
{
	struct fact *fact = fact_find(model->fleet, version);
	return fact && fact_in(&model->machine->must, fact->number) ? fact : NULL;
}

static bool is_gift(const struct fact *fact)
{
	return !fact->entry.record.seq &&
	       (!strcmp(fact->entry.form, "transfer") || !strcmp(fact->entry.form, "grant"));
}

void model_begin(struct model *out, struct fleet *fleet, struct machine *machine)
{
	size_t n = fleet->n_facts + 1;
	*out = (struct model){ fleet, machine, pool_alloc(n), pool_alloc(n * sizeof(struct fact *)),
		               pool_alloc(n * sizeof(struct fact *)), pool_alloc(n * sizeof(struct fact *)), 0 };
	for (size_t i = 0; i < fleet->n_facts; i++) {
		struct fact *fact = &fleet->facts[i];
		const struct fact *record = fact->entry.record.seq ? model_held(out, &fact->entry.record) : fact;
		if (!fact_in(&machine->must, i))
			continue;
		if (is_gift(fact))
			out->gifts[out->n_gifts++] = fact;
		if (!record)
			continue;
		out->before[i] = out->first[record->number];
		out->first[record->number] = fact;
	}
}

/* --- values --- */

/* 2026-01-17, or nothing. */
static bool is_date(struct span value)
{
	static const char shape[] = "dddd-dd-dd";
	const char *text = (const char *)value.data;
	if (!value.len_bytes)
		return true;
	if (value.len_bytes != sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < value.len_bytes; i++)
		if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
			return false;
	return true;
}

static bool values_fit(const struct fact *fact)
{
	const struct entry_field *date = entry_field_find(&fact->entry, TAG_VISIT_DATE);
	return strcmp(fact->entry.form, "hypertension_visit") != 0 || !date || is_date(date->value);
}

/* --- places --- */

static const struct store_device *place_of(const struct model *model, const struct version *version)
{
	return version->seq ? store_device_find(model->machine->store, version->device) : NULL;
}

static bool begins_with(const char *region, const char *start)
{
	return *start && !strncmp(region, start, strlen(start));
}

/* Whether the record was made in an office's region. */
static bool lies_below(const struct model *model, const char *office, const struct version *version)
{
	const struct store_device *place = place_of(model, version);
	return place && begins_with(place->region, office);
}

/* The resident that an entry is about; seq 0: nobody. */
static const struct version *resident_of(const struct fact *fact)
{
	return fact->entry.subject.seq ? &fact->entry.subject : &fact->entry.record;
}

static bool same_text(const struct entry_field *field, const char *text)
{
	return field && field->kind == ENTRY_TEXT && field->value.len_bytes == strlen(text) &&
	       !memcmp(field->value.data, text, field->value.len_bytes);
}

/* Made there, or given to it once. */
static bool belongs_to(struct model *model, const struct version *resident, const char *region)
{
	const struct store_device *place = place_of(model, resident);
	if (!resident->seq)
		return false;
	if (place && !strcmp(place->region, region))
		return true;
	for (size_t i = 0; i < model->n_gifts; i++) {
		const struct fact *gift = model->gifts[i];
		uint32_t tag = gift->entry.form[0] == 't' ? TAG_TRANSFER_TO : TAG_GRANT_REGION;
		if (!version_compare(&gift->entry.subject, resident) &&
		    same_text(entry_field_find(&gift->entry, tag), region) &&
		    model_judge(model, gift) == VERDICT_COUNTS)
			return true;
	}
	return false;
}

/* Given to a place below an office, by one above the place where the record was made. */
static bool given_below(struct model *model, const char *office, const struct version *resident)
{
	const struct store_device *home = place_of(model, resident);
	for (size_t i = 0; home && i < model->n_gifts; i++) {
		const struct fact *gift = model->gifts[i];
		const struct store_device *giver = place_of(model, &gift->version);
		const struct entry_field *to = entry_field_find(&gift->entry, gift->entry.form[0] == 't' ? TAG_TRANSFER_TO
		                                                                                         : TAG_GRANT_REGION);
		if (!version_compare(&gift->entry.subject, resident) && to && to->kind == ENTRY_TEXT &&
		    to->value.len_bytes >= strlen(office) && !memcmp(to->value.data, office, strlen(office)) &&
		    begins_with(home->region, giver->region) && model_judge(model, gift) == VERDICT_COUNTS)
			return true;
	}
	return false;
}

/* --- who may --- */

static bool village_may(struct model *model, const struct fact *fact, const struct fact *record, const char *region)
{
	const char *form = fact->entry.form;
	const struct store_device *maker = place_of(model, &record->version);
	bool about_masters = !strcmp(form, "identifier") && fact->entry.subject.seq;
	if (!strcmp(form, "link") || !strcmp(form, "transfer") || !strcmp(form, "grant"))
		return false;
	if (fact == record && strcmp(form, "transfer_receipt") != 0 && !about_masters)
		return true;
	if (fact != record && strcmp(form, "transfer_receipt") != 0 && !strcmp(maker->region, region))
		return true;
	return belongs_to(model, resident_of(fact), region);
}

static bool office_may(struct model *model, const struct fact *fact, const struct fact *record, const char *region)
{
	const char *form = fact->entry.form;
	bool decides = !strcmp(form, "link") || !strcmp(form, "transfer") || !strcmp(form, "grant") ||
	               !strcmp(form, "transfer_receipt");
	bool below = lies_below(model, region, resident_of(fact)) || given_below(model, region, resident_of(fact));
	if (!decides)
		return fact == record || below || lies_below(model, region, &record->version);
	for (size_t i = 0; below && i < fact->entry.n_fields; i++) {
		const struct entry_field *field = &fact->entry.fields[i];
		struct span value = field->value;
		struct version named;
		if (field->kind == ENTRY_RECORD && value.len_bytes && version_take(&value, &named))
			below = lies_below(model, region, &named);
	}
	return below;
}

static bool is_blocked(const struct store_device *author, uint64_t seq)
{
	for (size_t i = 0; i < author->n_blocks; i++)
		if (author->blocks[i].first <= seq && seq <= author->blocks[i].last)
			return true;
	return false;
}

static bool may_write(struct model *model, const struct fact *fact, const struct fact *record)
{
	const struct store_device *author = place_of(model, &fact->version);
	if (author->self)
		return true;
	if (!author->enrolled || is_blocked(author, fact->version.seq) || !values_fit(fact))
		return false;
	return author->level == LEVEL_VILLAGE ? village_may(model, fact, record, author->region)
	                                      : office_may(model, fact, record, author->region);
}

/* Its record or subject must be here, count, and be a record. */
static enum verdict judge_owner(struct model *model, const struct version *version)
{
	const struct fact *owner = version->seq ? model_held(model, version) : NULL;
	if (!version->seq)
		return VERDICT_COUNTS;
	enum verdict verdict = owner ? model_judge(model, owner) : VERDICT_WAITS;
	return verdict == VERDICT_COUNTS && owner->entry.record.seq ? VERDICT_HELD : verdict;
}

static bool bases_are_here(struct model *model, const struct fact *fact)
{
	for (size_t f = 0; f < fact->entry.n_fields; f++)
		for (size_t b = 0; b < fact->entry.fields[f].n_bases; b++) {
			const struct fact *base = model_held(model, &fact->entry.fields[f].bases[b]);
			if (!base || model_judge(model, base) == VERDICT_WAITS)
				return false;
		}
	return true;
}

enum verdict model_judge(struct model *model, const struct fact *fact)
{
	uint8_t *verdict = &model->verdicts[fact->number];
	if (*verdict)
		return *verdict; /* cppcheck-suppress identicalInnerCondition */
	enum verdict record = judge_owner(model, &fact->entry.record);
	enum verdict subject = judge_owner(model, &fact->entry.subject);
	const struct fact *creator = fact->entry.record.seq ? model_held(model, &fact->entry.record) : fact;
	if (record == VERDICT_WAITS || subject == VERDICT_WAITS || !bases_are_here(model, fact))
		*verdict = VERDICT_WAITS;
	else if (record == VERDICT_HELD || subject == VERDICT_HELD || !creator ||
	         strcmp(creator->entry.form, fact->entry.form) != 0 || !may_write(model, fact, creator))
		*verdict = VERDICT_HELD;
	else
		*verdict = VERDICT_COUNTS;
	return *verdict;
}
