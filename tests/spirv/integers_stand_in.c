// What the programs call: memory accesses of a device without 8 and 16-bit integers, and printing.
#include <stdint.h>
#include <stdio.h>

uint32_t hc_spirv_load8(const volatile uint8_t *);
uint32_t hc_spirv_load16(const volatile uint16_t *);
void hc_spirv_store8(volatile uint8_t *, uint32_t);
void hc_spirv_store16(volatile uint16_t *, uint32_t);

void show(const char *, uint64_t);

void show(const char *what, uint64_t number)
{
    printf("%-40s %016llx\n", what, (unsigned long long)number);
}

uint32_t hc_spirv_load8(const volatile uint8_t *p) { return *p; }
uint32_t hc_spirv_load16(const volatile uint16_t *p) { return *p; }
void hc_spirv_store8(volatile uint8_t *p, uint32_t v) { *p = (uint8_t)v; }
void hc_spirv_store16(volatile uint16_t *p, uint32_t v) { *p = (uint16_t)v; }
