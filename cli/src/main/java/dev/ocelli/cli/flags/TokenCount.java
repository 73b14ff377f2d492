package dev.ocelli.cli.flags;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers of tokens as people write them: {@code 32768} or {@code 32k}. */
final class TokenCount implements ITypeConverter<Integer> {
  private static final Pattern FORM = Pattern.compile("(-?\\d{1,12})([kK]?)");

  @Override
  public Integer convert(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no number of tokens such as 4096 or 32k");
    }
    long value = Long.parseLong(m.group(1)) << (m.group(2).isEmpty() ? 0 : 10);
    // What is beyond an int is beyond every limit; the option says which it has.
    return (int) Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }
}
