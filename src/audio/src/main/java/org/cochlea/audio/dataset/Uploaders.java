package org.cochlea.audio.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The uploaders in FSD50K's metadata: {@code {"64760": {"uploader": …, …}, …}}. */
final class Uploaders {
  private Uploaders() {}

  static Map<String, String> read(Path file) throws IOException {
    Map<String, String> uploaders = new HashMap<>();
    if (!Files.isRegularFile(file)) {
      return uploaders;
    }
    try (JsonParser json =
        new JsonFactory().createParser(ObjectReadContext.empty(), Manifests.text(file))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new DatasetException(file, "must be a JSON object");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String clip = json.currentName();
        if (json.nextToken() != JsonToken.START_OBJECT) {
          json.skipChildren();
          continue;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
          boolean uploader = json.currentName().equals("uploader");
          if (json.nextToken() == JsonToken.VALUE_STRING && uploader) {
            uploaders.put(clip, json.getString());
          } else {
            json.skipChildren();
          }
        }
      }
    } catch (JacksonException e) {
      throw new DatasetException(
          file, e.getLocation() == null ? 1 : e.getLocation().getLineNr(), e.getOriginalMessage());
    }
    return uploaders;
  }
}
