package org.cochlea.train;

import java.io.IOException;
import java.io.InputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Numbers that other libraries gave; the scripts that made them lie beside them. */
public final class Fixtures {
  private Fixtures() {}

  public static JsonNode read(String name) throws IOException {
    try (InputStream in = Fixtures.class.getResourceAsStream("/" + name)) {
      if (in == null) {
        throw new IOException("no resource " + name);
      }
      return JsonMapper.shared().readTree(in.readAllBytes());
    }
  }

  public static double[] doubles(JsonNode list) {
    double[] values = new double[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asDouble();
    }
    return values;
  }

  public static int[] integers(JsonNode list) {
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asInt();
    }
    return values;
  }
}
