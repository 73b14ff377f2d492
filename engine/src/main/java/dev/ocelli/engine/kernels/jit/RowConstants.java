package dev.ocelli.engine.kernels.jit;

/**
 * Constants of transcendental functions; {@code ScalarMath} says what each is.
 *
 * @param exp polynomial of e^r, the highest power first
 * @param erfc polynomial of the complementary error function, the highest power first
 */
@SuppressWarnings("ArrayRecordComponent") // made once; nobody compares them
public record RowConstants(
    float log2e,
    float ln2High,
    float ln2Low,
    float rounder,
    float[] exp,
    float halfRootHalf,
    float[] erfc,
    float geluX,
    float geluX3) {}
