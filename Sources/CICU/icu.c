#include "cantus_icu.h"
