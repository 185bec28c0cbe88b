#include "cantus_icu.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

static int32_t without_overflow(int32_t length, UErrorCode status, int32_t *code) {
    // A result that does not fit, or fits without a closing zero, is no failure here.
    *code = status == U_BUFFER_OVERFLOW_ERROR ? U_ZERO_ERROR : status;
    return U_FAILURE(*code) ? -1 : length;
}

int32_t cantus_nfkc(
    const uint16_t *text, int32_t length, uint16_t *destination, int32_t capacity, int32_t *code) {
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *normalizer = unorm2_getNFKCInstance(&status);
    int32_t done = U_SUCCESS(status) ? unorm2_spanQuickCheckYes(normalizer, text, length, &status) : 0;
    if (U_FAILURE(status) || done == length) {
        *code = status;
        return -1;
    }
    return without_overflow(
        unorm2_normalize(normalizer, text, length, destination, capacity, &status), status, code);
}

int32_t cantus_fold_case(
    const uint16_t *text, int32_t length, uint16_t *destination, int32_t capacity, int32_t *code) {
    UErrorCode status = U_ZERO_ERROR;
    int32_t result = u_strFoldCase(destination, capacity, text, length, U_FOLD_CASE_DEFAULT, &status);
    return without_overflow(result, status, code);
}

cantus_class cantus_class_of(uint32_t character) {
    if (u_isUWhiteSpace((UChar32)character)) return cantus_class_space;
    uint32_t mask = U_MASK(u_charType((UChar32)character));
    if (mask & U_GC_L_MASK) return cantus_class_letter;
    if (mask & U_GC_M_MASK) return cantus_class_mark;
    if (mask & U_GC_ND_MASK) return cantus_class_digit;
    if (mask & U_GC_N_MASK) return cantus_class_number;
    if (mask & U_GC_P_MASK) return cantus_class_punctuation;
    if (mask & U_GC_S_MASK) return cantus_class_symbol;
    if (mask & U_GC_CF_MASK) return cantus_class_format;
    return cantus_class_other;
}
