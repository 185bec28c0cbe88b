#include "cantus_icu.h"

#include <unicode/ubrk.h>

static UBreakIterator *iterator_of(cantus_words *words) { return (UBreakIterator *)words; }

cantus_words *cantus_words_open(int32_t *code) {
    UErrorCode status = U_ZERO_ERROR;
    // The root locale: the same text gives the same words on every machine.
    UBreakIterator *iterator = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    *code = status;
    return U_SUCCESS(status) ? (cantus_words *)iterator : NULL;
}

void cantus_words_close(cantus_words *words) { ubrk_close(iterator_of(words)); }

void cantus_words_set_text(cantus_words *words, const uint16_t *text, int32_t length, int32_t *code) {
    UErrorCode status = U_ZERO_ERROR;
    ubrk_setText(iterator_of(words), text, length, &status);
    if (U_SUCCESS(status)) ubrk_first(iterator_of(words));
    *code = status;
}

int32_t cantus_words_next(cantus_words *words, bool *is_word) {
    int32_t boundary = ubrk_next(iterator_of(words));
    if (boundary == UBRK_DONE) return -1;
    *is_word = ubrk_getRuleStatus(iterator_of(words)) >= UBRK_WORD_NONE_LIMIT;
    return boundary;
}
