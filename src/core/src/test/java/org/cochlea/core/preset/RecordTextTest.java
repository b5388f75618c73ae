package org.cochlea.core.preset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RecordTextTest {
  @Test
  void componentsAndListsBecomeLines() {
    assertEquals(
        """
        A
           x=1
           b=B
             y=Basis[2 x 3, 4 %]
           c=
             D
               z=kaiser,14
             E
           f=""",
        RecordText.indented("A[x=1, b=B[y=Basis[2 x 3, 4 %]], c=[D[z=kaiser,14], E[]], f=[]]", 1));
    assertEquals("plain, text", RecordText.indented("plain, text", 0));
    assertEquals("]", RecordText.indented("]", 0));
  }
}
