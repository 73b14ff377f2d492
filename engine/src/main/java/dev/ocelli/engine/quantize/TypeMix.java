package dev.ocelli.engine.quantize;

import static dev.ocelli.engine.quantize.FileType.*;

import dev.ocelli.engine.tensor.DType;

/**
 * The mixes of {@code llama-quantize} for the architectures of this engine: which type a tensor
 * gets in a file of a type, by role and layer.
 *
 * <p>Layers of a role are counted in the order in which tensors are asked for, which is that of the
 * file written; an instance serves one pass.
 */
final class TypeMix {
  private final FileType file;
  private final Shape model;
  private final boolean importance;
  private int valuesSeen;
  private int downsSeen;
  private int gatesSeen;
  private int upsSeen;

  /**
   * What of a model decides.
   *
   * @param layers of the language model; 0 for a vision file
   * @param valueMatrices how many matrices make values
   * @param queriesPerValue query heads that share a value head; 0 for a vision file
   * @param experts a layer; 0 when it is dense
   * @param tied whether the embedding is the output matrix, too
   */
  record Shape(int layers, int valueMatrices, int queriesPerValue, int experts, boolean tied) {
    boolean sharesValues() {
      return queriesPerValue >= 4;
    }
  }

  /**
   * @param importance whether an importance matrix is given
   */
  TypeMix(FileType file, Shape model, boolean importance) {
    this.file = file;
    this.model = model;
    this.importance = importance;
  }

  /** Whether the embedding is the output matrix, too. */
  boolean isTied() {
    return model.tied;
  }

  /**
   * The type of the next tensor, whatever its rows.
   *
   * @param layer by its name; -1 when it belongs to none
   * @param columns of its rows
   * @param stacked whether it has a matrix for each expert
   */
  DType next(Role role, int layer, long columns, boolean stacked) {
    if (role == Role.OUTPUT || (model.tied && role == Role.EMBEDDING)) {
      return output(columns);
    }
    if (file == MXFP4_MOE) {
      return stacked ? DType.MXFP4 : DType.Q8_0;
    }
    if (role == Role.EMBEDDING) {
      return embedding();
    }
    if (file.isOneOf(IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M)) {
      return veryLow(role);
    }
    return switch (role) {
      case VALUE, ATTENTION_INPUT -> values();
      case KEY -> key();
      case QUERY -> lowQuery();
      case DOWN -> down(layer);
      case ATTENTION_OUTPUT -> attentionOutput();
      case GATE -> middle(model.experts > 1 ? layer : gatesSeen++);
      case UP -> middle(model.experts > 1 ? layer : upsSeen++);
      default -> file.type();
    };
  }

  private DType output(long columns) {
    if (file == MXFP4_MOE || columns % file.type().blockValues() != 0) {
      return DType.Q8_0;
    }
    if (file.isOneOf(IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ2_M, IQ3_XXS)) {
      return DType.Q5_K;
    }
    return file == Q8_0 ? DType.Q8_0 : DType.Q6_K;
  }

  private DType embedding() {
    return switch (file) {
      case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS -> DType.Q2_K;
      case IQ2_S, IQ2_M, IQ3_XXS -> DType.IQ3_S;
      case TQ1_0, TQ2_0, Q2_0 -> DType.Q4_K;
      default -> file.type();
    };
  }

  private DType veryLow(Role role) {
    boolean two = file == IQ2_S || file == IQ2_M;
    if (role.makesValues()) {
      return model.sharesValues() || model.experts >= 4
          ? DType.Q4_K
          : two ? DType.IQ3_S : DType.Q2_K;
    }
    if (role == Role.DOWN) {
      return downsSeen++ < model.layers / 8 ? two ? DType.IQ3_S : DType.Q2_K : file.type();
    }
    if (role == Role.KEY && model.experts == 8) {
      return DType.Q4_K;
    }
    if (role == Role.ATTENTION_OUTPUT) {
      return model.experts == 8
          ? DType.Q5_K
          : two ? DType.IQ3_S : file == IQ1_S || file == IQ1_M ? DType.IQ2_XXS : file.type();
    }
    return file.type();
  }

  private DType values() {
    int i = valuesSeen++;
    if (model.experts == 8) {
      return DType.Q8_0;
    }
    return switch (file) {
      case Q2_K -> model.sharesValues() ? DType.Q4_K : DType.Q3_K;
      case Q2_K_S, IQ3_XS, IQ3_S -> model.sharesValues() ? DType.Q4_K : file.type();
      case IQ3_XXS -> model.sharesValues() ? DType.Q4_K : importance ? DType.IQ3_XXS : DType.IQ3_S;
      case IQ3_M -> DType.Q4_K;
      case Q3_K_M -> i < 2 ? DType.Q5_K : DType.Q4_K;
      case Q3_K_L -> DType.Q5_K;
      case IQ4_NL, IQ4_XS -> model.sharesValues() ? DType.Q5_K : file.type();
      case Q4_K_M, Q5_K_M -> isWorthMore(i, model.valueMatrices) ? DType.Q6_K : file.type();
      case Q4_K_S -> i < 4 ? DType.Q5_K : file.type();
      default -> file.type();
    };
  }

  private DType key() {
    return model.experts == 8 ? DType.Q8_0 : lowQuery();
  }

  private DType lowQuery() {
    return switch (file) {
      case IQ3_XS -> DType.IQ3_XXS;
      case IQ3_XXS -> DType.IQ2_S;
      default -> file.type();
    };
  }

  private DType down(int layer) {
    int i = model.experts > 1 ? layer : downsSeen;
    downsSeen++;
    int n = model.layers;
    boolean first = i < n / 8;
    return switch (file) {
      case Q2_K -> DType.Q3_K;
      case Q2_K_S -> first ? DType.Q4_K : file.type();
      case IQ3_XXS -> importance ? file.type() : first ? DType.Q4_K : DType.Q3_K;
      case Q3_K_M -> i < n / 16 ? DType.Q5_K : DType.Q4_K;
      case IQ3_M -> first || (model.experts == 8 && isWorthMore(i, n)) ? DType.Q4_K : file.type();
      case Q3_K_L -> DType.Q5_K;
      case Q4_K_M, Q5_K_M -> isWorthMore(i, n) ? DType.Q6_K : file.type();
      case IQ4_NL, IQ4_XS -> first && !importance ? DType.Q5_K : file.type();
      case Q4_K_S -> first ? DType.Q5_K : file.type();
      case Q4_0 -> first && importance ? DType.Q4_1 : file.type();
      case Q5_0 -> first && importance ? DType.Q5_1 : file.type();
      default -> file.type();
    };
  }

  private DType attentionOutput() {
    if (model.experts == 8) {
      return switch (file) {
        case Q2_K, IQ3_XS, IQ3_XXS, Q3_K_S, Q3_K_M, IQ4_NL, Q4_K_S, Q4_K_M -> DType.Q5_K;
        case IQ3_S, IQ3_M, IQ4_XS -> DType.Q5_K;
        default -> file.type();
      };
    }
    return switch (file) {
      case Q2_K -> DType.Q3_K;
      case IQ3_XXS -> DType.IQ3_S;
      case Q3_K_M, IQ3_M -> DType.Q4_K;
      case Q3_K_L -> DType.Q5_K;
      default -> file.type();
    };
  }

  private DType middle(int i) {
    return file == IQ3_XS && i >= model.layers / 8 && i < 7 * model.layers / 8
        ? DType.IQ3_XXS
        : file.type();
  }

  /** The first and last eighth of the layers, and every third between. */
  private static boolean isWorthMore(int i, int n) {
    return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
  }

  /** What rows get that are no whole number of a type's blocks. */
  static DType fitting(DType wanted, long columns) {
    if (columns % wanted.blockValues() == 0) {
      return wanted;
    }
    DType smaller =
        switch (wanted) {
          case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> DType.IQ4_NL;
          case Q1_0, Q2_0, Q2_K, Q3_K, TQ1_0, TQ2_0, NVFP4 -> DType.Q4_0;
          case Q4_K -> DType.Q5_0;
          case Q5_K -> DType.Q5_1;
          case Q6_K -> DType.Q8_0;
          default -> DType.F16;
        };
    return columns % smaller.blockValues() == 0 ? smaller : DType.F16;
  }

  /** Whether a tensor of this type is useless without importance in such a file. */
  boolean needsImportance(Role role, DType type) {
    if (role == Role.OUTPUT || role == Role.EMBEDDING) {
      return false;
    }
    return switch (type) {
      case IQ3_XXS, IQ2_XXS, IQ2_XS, IQ2_S, IQ1_M, IQ1_S -> true;
      case Q2_K -> file == Q2_K_S;
      default -> false;
    };
  }
}
