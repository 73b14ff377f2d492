package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.KernelSet;

/**
 * The kernels that an engine computes with.
 *
 * @param language those of the language model
 * @param vision those of the vision tower, a set of its own: each reports what it was asked for
 */
record KernelChoice(KernelSet language, KernelSet vision) {

  /**
   * What options ask for, on this machine.
   *
   * @throws OcelliException USAGE when this machine cannot do it
   */
  static KernelChoice of(EngineOptions options) {
    KernelSet kernels =
        KernelSet.named(
            options.level(), options.exact() ? Activations.EXACT : Activations.QUANTIZED);
    boolean bfloat16 =
        switch (options.visionPrecision()) {
          case F32 -> false;
          case AUTO -> kernels.activations() == Activations.QUANTIZED;
          case BF16 -> {
            if (!kernels.hasBfloat16()) {
              throw new OcelliException(
                  OcelliException.Kind.USAGE,
                  "bfloat16 is not available for the vision tower at level %s on this machine; choose auto or f32"
                      .formatted(kernels.level().label()));
            }
            yield true;
          }
        };
    return new KernelChoice(kernels, bfloat16 ? kernels.withBfloat16() : kernels.copy());
  }
}
