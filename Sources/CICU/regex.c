#include "cantus_icu.h"

#include <unicode/uregex.h>

// Backtracking beyond this many bytes is refused; ICU's own default, stated because the time limit relies on it.
static const int32_t stack_limit = 8000000;

const char *cantus_icu_error_name(int32_t code) { return u_errorName((UErrorCode)code); }

bool cantus_icu_is_exhaustion(int32_t code) {
    return code == U_REGEX_TIME_OUT || code == U_REGEX_STACK_OVERFLOW;
}

static URegularExpression *regex_of(cantus_regex *regex) { return (URegularExpression *)regex; }

cantus_regex *cantus_regex_open(const uint16_t *pattern, int32_t length, cantus_regex_error *error) {
    UErrorCode status = U_ZERO_ERROR;
    UParseError place = {0};
    URegularExpression *regex = uregex_open(pattern, length, 0, &place, &status);
    if (U_SUCCESS(status)) uregex_setStackLimit(regex, stack_limit, &status);
    error->code = status;
    error->line = place.line;
    error->offset = place.offset;
    if (U_SUCCESS(status)) return (cantus_regex *)regex;
    uregex_close(regex);
    return NULL;
}

void cantus_regex_close(cantus_regex *regex) { uregex_close(regex_of(regex)); }

int32_t cantus_regex_group_count(cantus_regex *regex) {
    UErrorCode status = U_ZERO_ERROR;
    return uregex_groupCount(regex_of(regex), &status);
}

bool cantus_regex_has_group(cantus_regex *regex, const uint16_t *name, int32_t length) {
    UErrorCode status = U_ZERO_ERROR;
    uregex_groupNumberFromName(regex_of(regex), name, length, &status);
    return U_SUCCESS(status);
}

int32_t cantus_regex_replace_all(
    cantus_regex *opaque, const uint16_t *text, int32_t length, const uint16_t *replacement,
    int32_t replacement_length, uint16_t *destination, int32_t capacity, int32_t time_limit, int32_t *code) {
    URegularExpression *regex = regex_of(opaque);
    UErrorCode status = U_ZERO_ERROR;
    uregex_setTimeLimit(regex, time_limit, &status);
    uregex_setText(regex, text, length, &status);
    int32_t result = -1;
    // Most rules match nothing in most texts: those need no copy.
    if (uregex_findNext(regex, &status)) {
        result = uregex_replaceAll(regex, replacement, replacement_length, destination, capacity, &status);
        if (status == U_BUFFER_OVERFLOW_ERROR) status = U_ZERO_ERROR;
    }
    *code = status;
    return U_SUCCESS(status) ? result : -1;
}
