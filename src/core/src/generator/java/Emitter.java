/**
 * Writes the source of one class of kernels: text, and operations that act on every lane of a tile.
 *
 * <p>The same calls give either vectors or a loop over lanes. Every operation is one rounding of
 * IEEE arithmetic in both, so the two classes compute the same bits.
 */
final class Emitter {

  /** How lanes are written. */
  enum Flavour {
    /** One vector of the Vector API holds all lanes. */
    VECTOR,
    /** A loop runs over the lanes in use. */
    PLAIN
  }

  /** One number per lane: a variable or constant of the generated code. */
  record Value(String name) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** One integer per lane. */
  record Bits(String name) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** One truth value per lane. */
  record Mask(String name) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** One complex number per lane. */
  record Complex(Value re, Value im) {}

  private final Flavour flavour;

  /** double or float. */
  private final String type;

  /** The vector of them. */
  private final String vector;

  /** The boxed type of them. */
  private final String boxed;

  /** The integer of as many bits, as vectors name it. */
  private final String bitsType;

  private final StringBuilder out = new StringBuilder();
  private int indent;
  private int names;

  /** Where broadcasts of the current lane loop are written, ahead of it; -1 outside. */
  private int loopHead = -1;

  /**
   * Begins a class.
   *
   * @param wide whether numbers are double, not float
   */
  Emitter(Flavour flavour, boolean wide) {
    this.flavour = flavour;
    this.type = wide ? "double" : "float";
    this.boxed = wide ? "Double" : "Float";
    this.vector = boxed + "Vector";
    this.bitsType = wide ? "Long" : "Int";
  }

  boolean isVector() {
    return flavour == Flavour.VECTOR;
  }

  String text() {
    return out.toString();
  }

  // ---- text --------------------------------------------------------------------------------

  void line(String text, Object... args) {
    out.append("  ".repeat(indent))
        .append(args.length == 0 ? text : text.formatted(args))
        .append('\n');
  }

  void block(String head, Runnable body) {
    line(head.isEmpty() ? "{" : head + " {");
    indent++;
    body.run();
    indent--;
    line("}");
  }

  /** A kernel of {@code TileKernels}. */
  void method(String signature, Runnable body) {
    names = 0;
    line("");
    line("@Override");
    block("void " + signature, body);
  }

  /** A part of kernels. */
  void privateMethod(String signature, Runnable body) {
    names = 0;
    line("");
    block("private static void " + signature, body);
  }

  // ---- lanes -------------------------------------------------------------------------------

  /** Operations that act on every lane; broadcasts are read once for all. */
  void lanes(Runnable body) {
    if (isVector()) {
      body.run();
      return;
    }
    loopHead = out.length();
    block("for (int l = 0; l < lanes; l++)", body);
    loopHead = -1;
  }

  /** The same with a loop inside, whose broadcasts are read where they stand. */
  void lanesAround(Runnable body) {
    if (isVector()) {
      body.run();
    } else {
      block("for (int l = 0; l < lanes; l++)", body);
    }
  }

  Value load(String array, String index, Object... args) {
    String at = index.formatted(args);
    return value(
        isVector()
            ? "%s.fromArray(S, %s, %s)".formatted(vector, array, at)
            : "%s[%s + l]".formatted(array, at));
  }

  /** Loads floats as doubles. */
  Value loadFloats(String array, String index, Object... args) {
    String at = index.formatted(args);
    return value(
        isVector()
            ? "(DoubleVector) FloatVector.fromArray(FLOATS, %s, %s).convertShape(VectorOperators.F2D, S, 0)"
                .formatted(array, at)
            : "%s[%s + l]".formatted(array, at));
  }

  /** Stores doubles as floats. */
  void storeFloats(Value v, String array, String index, Object... args) {
    String at = index.formatted(args);
    if (isVector()) {
      line(
          "((FloatVector) %s.convertShape(VectorOperators.D2F, FLOATS, 0)).intoArray(%s, %s);",
          v, array, at);
    } else {
      line("%s[%s + l] = (float) %s;", array, at, v);
    }
  }

  Complex loadComplex(String array, String index, Object... args) {
    String at = index.formatted(args);
    return new Complex(load(array, at), load(array, at + " + L"));
  }

  void store(Value v, String array, String index, Object... args) {
    String at = index.formatted(args);
    if (isVector()) {
      line("%s.intoArray(%s, %s);", v, array, at);
    } else {
      line("%s[%s + l] = %s;", array, at, v);
    }
  }

  void store(Complex v, String array, String index, Object... args) {
    String at = index.formatted(args);
    store(v.re, array, at);
    store(v.im, array, at + " + L");
  }

  /** One number for all lanes. */
  Value spread(String expression, Object... args) {
    String e = expression.formatted(args);
    if (isVector()) {
      return value("%s.broadcast(S, %s)".formatted(vector, e));
    }
    if (loopHead < 0) {
      return value(e);
    }
    String name = name();
    String text = "  ".repeat(indent - 1) + "final " + type + " " + name + " = " + e + ";\n";
    out.insert(loopHead, text);
    loopHead += text.length();
    return new Value(name);
  }

  Value constant(double c) {
    boolean wide = type.equals("double");
    double rounded = wide ? c : (float) c;
    String text = wide ? c + "d" : (float) c + "f";
    if (Double.isNaN(rounded)) {
      text = boxed + ".NaN";
    } else if (Double.isInfinite(rounded)) {
      text = boxed + (rounded > 0 ? ".POSITIVE_INFINITY" : ".NEGATIVE_INFINITY");
    }
    return new Value(isVector() ? vector + ".broadcast(S, " + text + ")" : text);
  }

  /** A variable that can be assigned, zero at first. */
  Value accumulator() {
    return accumulator(constant(0));
  }

  /** A variable that can be assigned. */
  Value accumulator(Value first) {
    String name = name();
    line("%s %s = %s;", isVector() ? vector : type, name, first);
    return new Value(name);
  }

  /** A variable of bits that can be assigned, zero at first. */
  Bits bitsAccumulator() {
    String name = name();
    if (isVector()) {
      line("%sVector %s = %s.zero(S).reinterpretAs%ss();", bitsType, name, vector, bitsType);
    } else {
      line("%s %s = 0;", bitsType.toLowerCase(java.util.Locale.ROOT), name);
    }
    return new Bits(name);
  }

  void assign(Value variable, Value v) {
    line("%s = %s;", variable, v);
  }

  /** A variable of bits that can be assigned, the same integer in all lanes at first. */
  Bits bitsAccumulator(int first) {
    String name = name();
    if (isVector()) {
      line("IntVector %s = IntVector.broadcast(INTS, %d);", name, first);
    } else {
      line("int %s = %d;", name, first);
    }
    return new Bits(name);
  }

  void assign(Bits variable, Bits v) {
    line("%s = %s;", variable, v);
  }

  Value add(Value a, Value b) {
    return operation("add", "+", a, b);
  }

  Value sub(Value a, Value b) {
    return operation("sub", "-", a, b);
  }

  Value mul(Value a, Value b) {
    return operation("mul", "*", a, b);
  }

  Value div(Value a, Value b) {
    return operation("div", "/", a, b);
  }

  /** {@code a b + c}, rounded once. */
  Value fma(Value a, Value b, Value c) {
    return value((isVector() ? "%s.fma(%s, %s)" : "Math.fma(%s, %s, %s)").formatted(a, b, c));
  }

  Value sqrt(Value a) {
    String plain = type.equals("double") ? "Math.sqrt(%s)" : "(float) Math.sqrt(%s)";
    return value(isVector() ? a + ".sqrt()" : plain.formatted(a));
  }

  /** The less of two, NaN if either is. */
  Value min(Value a, Value b) {
    return value((isVector() ? "%s.min(%s)" : "Math.min(%s, %s)").formatted(a, b));
  }

  /** The greater of two, NaN if either is. */
  Value max(Value a, Value b) {
    return value((isVector() ? "%s.max(%s)" : "Math.max(%s, %s)").formatted(a, b));
  }

  Value abs(Value a) {
    return value(isVector() ? a + ".abs()" : "Math.abs(" + a + ")");
  }

  Mask less(Value a, Value b) {
    return comparison("LT", "<", a, b);
  }

  Mask atMost(Value a, Value b) {
    return comparison("LE", "<=", a, b);
  }

  Mask equal(Value a, Value b) {
    return comparison("EQ", "==", a, b);
  }

  Mask differ(Mask a, Mask b) {
    return new Mask(
        isVector()
            ? temp("VectorMask<" + boxed + ">", "%s.xor(%s)".formatted(a, b))
            : temp("boolean", a + " ^ " + b));
  }

  /** {@code set} where the mask is, else {@code otherwise}. */
  Value select(Mask m, Value set, Value otherwise) {
    if (!isVector()) {
      return value("%s ? %s : %s".formatted(m, set, otherwise));
    }
    return value("%s.blend(%s, %s)".formatted(otherwise, set, m));
  }

  Bits bits(Value a) {
    String plain = type.equals("double") ? "Double.doubleToRawLongBits(" : "Float.floatToRawIntBits(";
    return bits(isVector() ? a + ".reinterpretAs" + bitsType + "s()" : plain + a + ")");
  }

  Value floats(Bits a) {
    String plain = type.equals("double") ? "Double.longBitsToDouble(" : "Float.intBitsToFloat(";
    return value(isVector() ? a + ".reinterpretAs" + boxed + "s()" : plain + a + ")");
  }

  Value toFloat(Bits a) {
    return value(
        isVector()
            ? "(FloatVector) " + a + ".convert(VectorOperators.I2F, 0)"
            : "(float) " + a);
  }

  Bits sub(Bits a, Bits b) {
    return bits(isVector() ? a + ".sub(" + b + ")" : a + " - " + b);
  }

  Bits sub(Bits a, int b) {
    return bits(isVector() ? a + ".sub(" + b + ")" : a + " - " + b);
  }

  Bits add(Bits a, Bits b) {
    return bits(isVector() ? a + ".add(" + b + ")" : a + " + " + b);
  }

  Bits and(Bits a, int b) {
    return bits(isVector() ? a + ".and(" + b + ")" : a + " & " + b);
  }

  Bits and(Bits a, long b) {
    return bits((isVector() ? "%s.and(%sL)" : "%s & %sL").formatted(a, b));
  }

  Bits or(Bits a, long b) {
    return bits((isVector() ? "%s.or(%sL)" : "%s | %sL").formatted(a, b));
  }

  Bits or(Bits a, Bits b) {
    return bits(isVector() ? a + ".or(" + b + ")" : a + " | " + b);
  }

  Bits min(Bits a, Bits b) {
    return bits((isVector() ? "%s.min(%s)" : "Math.min(%s, %s)").formatted(a, b));
  }

  Bits max(Bits a, Bits b) {
    return bits((isVector() ? "%s.max(%s)" : "Math.max(%s, %s)").formatted(a, b));
  }

  Bits xor(Bits a, Bits b) {
    return bits(
        isVector() ? a + ".lanewise(VectorOperators.XOR, " + b + ")" : a + " ^ " + b);
  }

  Bits shiftLeft(Bits a, int by) {
    return bits(
        isVector() ? a + ".lanewise(VectorOperators.LSHL, " + by + ")" : a + " << " + by);
  }

  Bits shiftRight(Bits a, int by) {
    return bits(
        isVector() ? a + ".lanewise(VectorOperators.ASHR, " + by + ")" : a + " >> " + by);
  }

  /** Of numbers that are not negative; every vector unit has it for 64 bits. */
  Bits shiftRightUnsigned(Bits a, int by) {
    return bits(
        isVector() ? a + ".lanewise(VectorOperators.LSHR, " + by + ")" : a + " >>> " + by);
  }

  // ---- complex numbers ---------------------------------------------------------------------

  Complex add(Complex a, Complex b) {
    return new Complex(add(a.re, b.re), add(a.im, b.im));
  }

  Complex sub(Complex a, Complex b) {
    return new Complex(sub(a.re, b.re), sub(a.im, b.im));
  }

  /** {@code a + i b}. */
  Complex addTimesI(Complex a, Complex b) {
    return new Complex(sub(a.re, b.im), add(a.im, b.re));
  }

  /** {@code a - i b}. */
  Complex subTimesI(Complex a, Complex b) {
    return new Complex(add(a.re, b.im), sub(a.im, b.re));
  }

  /** x times a number stored as (re, im, -im). */
  Complex twiddle(Complex x, String array, String index) {
    Value re = spread("%s[%s]", array, index);
    Value im = spread("%s[%s + 1]", array, index);
    Value minusIm = spread("%s[%s + 2]", array, index);
    return new Complex(fma(x.re, re, mul(x.im, minusIm)), fma(x.re, im, mul(x.im, re)));
  }

  Value squareModulus(Complex x) {
    return fma(x.re, x.re, mul(x.im, x.im));
  }

  // ---- names -------------------------------------------------------------------------------

  private Value operation(String method, String operator, Value a, Value b) {
    return value(
        isVector() ? "%s.%s(%s)".formatted(a, method, b) : "%s %s %s".formatted(a, operator, b));
  }

  private Mask comparison(String name, String operator, Value a, Value b) {
    return new Mask(
        isVector()
            ? temp(
                "VectorMask<" + boxed + ">", "%s.compare(VectorOperators.%s, %s)".formatted(a, name, b))
            : temp("boolean", "%s %s %s".formatted(a, operator, b)));
  }

  Value value(String expression) {
    return new Value(temp(isVector() ? vector : type, expression));
  }

  private Bits bits(String expression) {
    String plain = bitsType.toLowerCase(java.util.Locale.ROOT);
    return new Bits(temp(isVector() ? bitsType + "Vector" : plain, expression));
  }

  private String temp(String type, String expression) {
    String name = name();
    line("final %s %s = %s;", type, name, expression);
    return name;
  }

  private String name() {
    return "v" + names++;
  }
}
