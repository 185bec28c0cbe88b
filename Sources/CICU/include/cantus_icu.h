#pragma once

// The calls into the system's ICU that Cantus uses, under names without ICU's version suffix.
//
// Texts are UTF-16 code units in native byte order. Every failure is an ICU error code (`cantus_icu_*` below);
// 0 and negative values (ICU's warnings) mean success. No call keeps global state; an object may be used by one
// thread at a time.

#include <stdbool.h>
#include <stdint.h>

// The name of an error code, such as U_REGEX_MISMATCHED_PAREN.
const char *_Nonnull cantus_icu_error_name(int32_t code);

// Regular expressions.

typedef struct cantus_regex cantus_regex;

// Where a pattern is wrong: line (the first is 1) and offset in that line, in code units; 0 where ICU does not say.
typedef struct {
    int32_t code;
    int32_t line;
    int32_t offset;
} cantus_regex_error;

// Compiles a pattern; null where that fails, and `error` then says why.
cantus_regex *_Nullable cantus_regex_open(
    const uint16_t *_Nonnull pattern, int32_t length, cantus_regex_error *_Nonnull error);
void cantus_regex_close(cantus_regex *_Nullable regex);

// The number of capture groups.
int32_t cantus_regex_group_count(cantus_regex *_Nonnull regex);

// Whether the pattern has a capture group of this name.
bool cantus_regex_has_group(cantus_regex *_Nonnull regex, const uint16_t *_Nonnull name, int32_t length);

// Replaces every match. Returns the length of the result, which may exceed `capacity`: `destination` then holds
// nothing of use, and the call is to be repeated with more room. Returns -1 where nothing matches (the destination is
// not written) or where `code` is an error. `time_limit` is in ICU's units, about a millisecond each.
int32_t cantus_regex_replace_all(
    cantus_regex *_Nonnull regex, const uint16_t *_Nonnull text, int32_t length, const uint16_t *_Nonnull replacement,
    int32_t replacement_length, uint16_t *_Nonnull destination, int32_t capacity, int32_t time_limit,
    int32_t *_Nonnull code);

// Whether a failed replacement ran out of time or of space for backtracking.
bool cantus_icu_is_exhaustion(int32_t code);

// Word boundaries (UAX #29, root locale).

typedef struct cantus_words cantus_words;

cantus_words *_Nullable cantus_words_open(int32_t *_Nonnull code);
void cantus_words_close(cantus_words *_Nullable words);

// Starts on a text, which must stay where it is until the last boundary was asked for.
void cantus_words_set_text(
    cantus_words *_Nonnull words, const uint16_t *_Nonnull text, int32_t length, int32_t *_Nonnull code);

// The next boundary, or -1 after the last. `is_word` says whether the segment that ends there holds letters, digits,
// kana or ideographs, rather than white space, punctuation or symbols.
int32_t cantus_words_next(cantus_words *_Nonnull words, bool *_Nonnull is_word);

// Normalization and case.

// Writes the NFKC form. Returns its length, which may exceed `capacity` (then call again with more room), or -1 where
// the text is in NFKC already.
int32_t cantus_nfkc(
    const uint16_t *_Nonnull text, int32_t length, uint16_t *_Nonnull destination, int32_t capacity,
    int32_t *_Nonnull code);

// Writes the full default case folding. Returns its length, which may exceed `capacity` (then call again).
int32_t cantus_fold_case(
    const uint16_t *_Nonnull text, int32_t length, uint16_t *_Nonnull destination, int32_t capacity,
    int32_t *_Nonnull code);

// Character properties.

typedef enum : uint8_t {
    cantus_class_letter,
    cantus_class_mark,
    cantus_class_digit,        // decimal digits
    cantus_class_number,       // other numbers: Roman numerals, fractions, superscripts
    cantus_class_punctuation,
    cantus_class_symbol,
    cantus_class_space,        // the property White_Space
    cantus_class_format,       // invisible: joiners, soft hyphens, direction marks
    cantus_class_other,        // controls, unassigned and private characters
} cantus_class;

cantus_class cantus_class_of(uint32_t character);
