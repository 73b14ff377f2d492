package dev.ocelli.engine.convert;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the name of a model says of it, by the conventions of names in GGUF files: {@code
 * Qwen3-VL-8B-Instruct} is the base {@code Qwen3-VL}, of size {@code 8B}, tuned to {@code
 * Instruct}. Null where it says nothing.
 *
 * @param title the name in words
 */
record ModelName(
    String title,
    @Nullable String base,
    @Nullable String tuning,
    @Nullable String version,
    @Nullable String size) {

  private static final Pattern VERSION = ignoringCase("(v|iter)?\\d+([.]\\d+)*");
  private static final Pattern TYPE = ignoringCase("i?q\\d(_\\w)*|b?fp?(16|32)");
  private static final Pattern SIZE =
      ignoringCase("((A|\\d+x)?\\d+([._]\\d+)?[KMBT]\\d?|small|mini|medium|large|x?xl)");
  private static final Pattern TUNING = ignoringCase("chat|instruct|vision|lora");
  private static final Pattern UNTITLED = Pattern.compile("v\\d+(?:\\.\\d+)*|\\d.*");
  private static final String UNITS = " KMBT";

  /** What a part of a name may be. */
  private enum Kind {
    BASE,
    SIZE,
    TUNING,
    VERSION,
    TYPE
  }

  /** A part between two hyphens. */
  private static final class Part {
    String text;
    final Set<Kind> kinds = EnumSet.noneOf(Kind.class);

    Part(String text) {
      this.text = text;
    }

    boolean is(Kind kind) {
      return kinds.contains(kind);
    }
  }

  private static Pattern ignoringCase(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  /**
   * Takes a name apart.
   *
   * @param name without its organization
   * @param parameters values of all tensors: a size that is far from it is none
   */
  static ModelName of(String name, long parameters) {
    if (name.indexOf(' ') >= 0) {
      return new ModelName(title(name), null, null, null, null);
    }
    List<Part> parts = new ArrayList<>();
    for (String text : name.split("-")) {
      if (!text.isEmpty()) {
        parts.add(new Part(text));
      }
    }
    for (int i = 0; i < parts.size(); i++) {
      classify(parts.get(i), i == 0, parameters);
    }
    boolean numbered =
        parts.stream()
            .anyMatch(p -> p.is(Kind.SIZE) && p.text.chars().anyMatch(Character::isDigit));
    if (numbered) {
      parts.stream()
          .filter(p -> p.text.chars().allMatch(Character::isLetter))
          .forEach(p -> p.kinds.remove(Kind.SIZE));
    }
    findBase(parts);
    String size = join(parts, p -> p.is(Kind.SIZE), true);
    String tuning = join(parts, p -> p.is(Kind.TUNING), false);
    String version = join(parts, p -> p.is(Kind.VERSION) && !p.is(Kind.BASE), false);
    boolean ambiguous = size == null && tuning == null && version == null;
    String base = ambiguous ? null : join(parts, p -> p.is(Kind.BASE), false);
    return new ModelName(title(name), base, tuning, version, size);
  }

  private static void classify(Part part, boolean first, long parameters) {
    if (VERSION.matcher(part.text).matches()) {
      part.kinds.add(Kind.VERSION);
    } else if (TYPE.matcher(part.text).matches()) {
      part.kinds.add(Kind.TYPE);
      part.text = part.text.toUpperCase(Locale.ROOT);
    } else if (!first && SIZE.matcher(part.text).matches()) {
      size(part, parameters);
    } else if (!first && TUNING.matcher(part.text).matches()) {
      part.kinds.add(Kind.TUNING);
    }
  }

  /** Such as 8B, A3B, 8x7B, 1_5B, and 7b1 for 7.1B. */
  private static void size(Part part, long parameters) {
    String t = part.text.replace('_', '.');
    int n = t.length();
    if (Character.isDigit(t.charAt(n - 1))) {
      t = t.substring(0, n - 2) + "." + t.charAt(n - 1) + t.charAt(n - 2);
      n = t.length();
    }
    if (n > 1 && Character.isDigit(t.charAt(n - 2))) {
      t = t.substring(0, n - 1) + t.substring(n - 1).toUpperCase(Locale.ROOT);
    }
    if (isFarFrom(t, parameters)) {
      part.kinds.add(Kind.TUNING);
      t = t.substring(0, n - 1) + t.substring(n - 1).toLowerCase(Locale.ROOT);
    } else {
      part.kinds.add(Kind.SIZE);
    }
    part.text = t;
  }

  private static boolean isFarFrom(String size, long parameters) {
    try {
      double unit = Math.pow(1000, UNITS.indexOf(size.charAt(size.length() - 1)));
      double said = Double.parseDouble(size.substring(0, size.length() - 1)) * unit;
      return parameters > 0 && Math.abs(said - parameters) > Math.floorDiv(7 * parameters, 8);
    } catch (NumberFormatException e) {
      return false; // A3B, 8x7B and words say it otherwise
    }
  }

  /** The base is what comes before anything else, without a version at its end. */
  private static void findBase(List<Part> parts) {
    boolean atStart = true;
    for (Part p : parts) {
      boolean word = p.kinds.isEmpty() && Character.isLetter(p.text.charAt(0));
      if (atStart && (word || p.is(Kind.VERSION))) {
        p.kinds.add(Kind.BASE);
      } else {
        atStart = false;
        if (p.kinds.isEmpty()) {
          p.kinds.add(Kind.TUNING);
        }
      }
    }
    for (Part p : parts.reversed()) {
      if (!p.is(Kind.BASE) || p.kinds.size() == 1) {
        break;
      }
      p.kinds.remove(Kind.BASE);
    }
  }

  private static @Nullable String join(List<Part> parts, Predicate<Part> which, boolean once) {
    List<String> texts = parts.stream().filter(which).map(p -> p.text).toList();
    String all = String.join("-", once ? new LinkedHashSet<>(texts) : texts);
    return all.isEmpty() ? null : all;
  }

  /** Words with capitals, except where they have some already, or are numbers. */
  static String title(String name) {
    return Pattern.compile("\\s+")
        .splitAsStream(name.replace('-', ' ').strip())
        .map(w -> isLowerCase(w) && !UNTITLED.matcher(w).matches() ? capitals(w) : w)
        .collect(Collectors.joining(" "));
  }

  private static boolean isLowerCase(String word) {
    return word.equals(word.toLowerCase(Locale.ROOT))
        && !word.equals(word.toUpperCase(Locale.ROOT));
  }

  private static String capitals(String word) {
    StringBuilder out = new StringBuilder();
    boolean inside = false;
    for (char c : word.toCharArray()) {
      out.append(inside ? c : Character.toUpperCase(c));
      inside = Character.isLetter(c);
    }
    return out.toString();
  }
}
