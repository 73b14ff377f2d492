package dev.ocelli.engine.vision;

/** Whose preprocessing of pictures is followed; they differ in the target size and the kernel. */
public enum Preprocessing {
  /** Hugging Face transformers with torchvision, its default: stretched, 16-bit weights. */
  HF,
  /** Hugging Face transformers with Pillow ("slow" processor): stretched, 22-bit weights. */
  HF_PILLOW,
  /** llama.cpp: keeps the aspect ratio, fills up with black, other limits and rounding. */
  LLAMA_CPP
}
