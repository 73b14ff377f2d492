/**
 * How good a model's predictions are, and how far those of two models differ: perplexity and
 * divergence on texts, agreement on replies. All figures are made of the engine's own logits.
 */
@NullMarked
package dev.ocelli.engine.quality;

import org.jspecify.annotations.NullMarked;
