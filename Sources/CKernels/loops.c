#include "cantus_kernels.h"
