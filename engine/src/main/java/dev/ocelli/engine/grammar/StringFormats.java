package dev.ocelli.engine.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Strings of a format (JSON Schema Validation, section 7.3), as regular expressions. */
final class StringFormats {
  private static final String DAY_31 = "(0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])";
  private static final String DAY_30 = "(0[469]|11)-(0[1-9]|[12]\\d|30)";
  private static final String LEAP_YEAR =
      "(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)";
  private static final String DATE =
      "(\\d{4}-(" + DAY_31 + "|" + DAY_30 + "|02-(0[1-9]|1\\d|2[0-8]))|" + LEAP_YEAR + "-02-29)";
  private static final String HOUR_MINUTE = "([01]\\d|2[0-3]):[0-5]\\d";
  private static final String TIME =
      HOUR_MINUTE + ":[0-5]\\d(\\.\\d{1,9})?(Z|[+-]" + HOUR_MINUTE + ")";
  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final String HOST = LABEL + "(\\." + LABEL + "){0,8}";
  private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final String N = "\\d{1,6}";
  private static final String T = "T(%1$sH(%1$sM(%1$sS)?)?|%1$sM(%1$sS)?|%1$sS)".formatted(N);
  private static final String DURATION =
      "P((%1$sY(%1$sM(%1$sD)?)?|%1$sM(%1$sD)?|%1$sD)(%2$s)?|%2$s|%1$sW)".formatted(N, T);
  private static final String ATOM = "[A-Za-z0-9_+-]{1,32}";
  private static final String URI_CHARACTER =
      "([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f][0-9A-Fa-f])";

  private static final Map<String, String> PATTERNS = patterns();

  private StringFormats() {}

  private static Map<String, String> patterns() {
    Map<String, String> p = new TreeMap<>();
    p.put("date", DATE);
    p.put("time", TIME);
    p.put("date-time", DATE + "T" + TIME);
    p.put("duration", DURATION);
    p.put("uuid", "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    p.put("email", ATOM + "(\\." + ATOM + "){0,1}@" + LABEL + "(\\." + LABEL + "){1,2}");
    p.put("hostname", HOST);
    p.put("ipv4", OCTET + "(\\." + OCTET + "){3}");
    p.put("ipv6", ipv6());
    p.put(
        "uri",
        "[a-z][a-z0-9+.-]{0,15}://"
            + HOST
            + "(:\\d{1,4})?(/"
            + URI_CHARACTER
            + "*)*(\\?("
            + URI_CHARACTER
            + "|[/?])*)?(#("
            + URI_CHARACTER
            + "|[/?])*)?");
    return p;
  }

  /** All groups, or fewer with {@code ::} in the place of the others. */
  private static String ipv6() {
    String group = "[0-9a-fA-F]{1,4}";
    List<String> forms = new ArrayList<>();
    forms.add("(" + group + ":){7}" + group);
    for (int left = 0; left <= 7; left++) {
      String before = left == 0 ? "" : group + "(:" + group + "){" + (left - 1) + "}";
      String after = left == 7 ? "" : "(" + group + "(:" + group + "){0," + (6 - left) + "})?";
      forms.add(before + "::" + after);
    }
    return String.join("|", forms);
  }

  /** The names, for errors. */
  static String names() {
    return String.join(", ", PATTERNS.keySet());
  }

  /** The inside of a JSON string of this format, or null for an unknown one. */
  static @Nullable Expr of(String format) {
    String pattern = PATTERNS.get(format);
    return pattern == null ? null : RegexParser.whole(pattern, JsonText::written);
  }
}
