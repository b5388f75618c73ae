import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the source of one class of kernels: text, and operations that act on every lane of a tile.
 *
 * <p>The same calls give vectors in Java, a loop over lanes in Java or vectors in C++. Every
 * operation is one rounding of IEEE arithmetic in each, so all of them compute the same bits.
 */
final class Emitter {

  /** How lanes are written. */
  enum Flavour {
    /** One vector of the Vector API holds all lanes. */
    VECTOR,
    /** A loop runs over the lanes in use. */
    PLAIN,
    /** One vector of a C++ compiler holds all lanes; {@code lanes.h} has what acts on them. */
    NATIVE
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

  /** A kernel's name and parameters. */
  record Signature(String name, List<Parameter> parameters) {
    /**
     * One of them.
     *
     * @param type as in Java
     */
    record Parameter(String type, String name) {
      boolean isArray() {
        return type.endsWith("[]");
      }
    }

    static Signature of(String text) {
      int open = text.indexOf('(');
      return new Signature(
          text.substring(0, open),
          Stream.of(text.substring(open + 1, text.length() - 1).split(", "))
              .map(one -> new Parameter(one.split(" ")[0], one.split(" ")[1]))
              .toList());
    }
  }

  /**
   * A variable or parameter that C++ has as long: of 64 bits like addresses, so that constants in an
   * index become part of an instruction's address and need none of their own.
   */
  private static final Pattern INTEGER = Pattern.compile("\\bint (?!\\*)");

  private final Flavour flavour;

  /** double or float. */
  private final String type;

  /** The vector of them in Java. */
  private final String vector;

  /** The variable of one per lane. */
  private final String lanesType;

  /** The variable of one integer per lane. */
  private final String bitsLanesType;

  /** The variable of one truth value per lane. */
  private final String maskType;

  /** The boxed type of them. */
  private final String boxed;

  /** The integer of as many bits, as vectors name it. */
  private final String bitsType;

  private final StringBuilder out = new StringBuilder();
  private int indent;
  private int names;
  private final List<Signature> signatures = new ArrayList<>();

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
    this.lanesType = pick(vector, type, boxed + "s");
    this.bitsLanesType = pick(bitsType + "Vector", wide ? "long" : "int", bitsType + "s");
    this.maskType = pick("VectorMask<" + boxed + ">", "boolean", bitsType + "s");
  }

  boolean isVector() {
    return flavour == Flavour.VECTOR;
  }

  boolean isNative() {
    return flavour == Flavour.NATIVE;
  }

  private String pick(String vector, String plain, String inC) {
    return switch (flavour) {
      case VECTOR -> vector;
      case PLAIN -> plain;
      case NATIVE -> inC;
    };
  }

  String text() {
    return out.toString();
  }

  // ---- text --------------------------------------------------------------------------------

  void line(String text, Object... args) {
    String line = args.length == 0 ? text : text.formatted(args);
    out.append("  ".repeat(indent)).append(isNative() ? INTEGER.matcher(line).replaceAll("long ") : line);
    out.append('\n');
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
    if (isNative()) {
      signatures.add(Signature.of(signature));
      block("static void " + inC(signature), body);
    } else {
      line("@Override");
      block("void " + signature, body);
    }
  }

  /** A part of the kernels that follow. */
  void privateMethod(String signature, Runnable body) {
    names = 0;
    line("");
    block(isNative() ? "static void " + inC(signature) : "private static void " + signature, body);
  }

  /** The kernels written so far, in C++. */
  List<Signature> signatures() {
    return List.copyOf(signatures);
  }

  private static String inC(String signature) {
    return signature.replace("int[] ", "const int *").replaceAll("(float|double|short)\\[] ", "$1 *");
  }

  // ---- lanes -------------------------------------------------------------------------------

  /** Operations that act on every lane; broadcasts are read once for all. */
  void lanes(Runnable body) {
    if (flavour != Flavour.PLAIN) {
      body.run();
      return;
    }
    loopHead = out.length();
    block("for (int l = 0; l < lanes; l++)", body);
    loopHead = -1;
  }

  /** The same with a loop inside, whose broadcasts are read where they stand. */
  void lanesAround(Runnable body) {
    if (flavour != Flavour.PLAIN) {
      body.run();
    } else {
      block("for (int l = 0; l < lanes; l++)", body);
    }
  }

  Value load(String array, String index, Object... args) {
    String at = index.formatted(args);
    return value(
        pick(
            "%s.fromArray(S, %s, %s)".formatted(vector, array, at),
            "%s[%s + l]".formatted(array, at),
            "load(%s + (%s))".formatted(array, at)));
  }

  /** Loads floats as doubles. */
  Value loadFloats(String array, String index, Object... args) {
    String at = index.formatted(args);
    return value(
        pick(
            "(DoubleVector) FloatVector.fromArray(FLOATS, %s, %s).convertShape(VectorOperators.F2D, S, 0)"
                .formatted(array, at),
            "%s[%s + l]".formatted(array, at),
            "loadFloats(%s + (%s))".formatted(array, at)));
  }

  /** Stores doubles as floats. */
  void storeFloats(Value v, String array, String index, Object... args) {
    String at = index.formatted(args);
    line(
        pick(
            "((FloatVector) %1$s.convertShape(VectorOperators.D2F, FLOATS, 0)).intoArray(%2$s, %3$s);",
            "%2$s[%3$s + l] = (float) %1$s;",
            "storeFloats(%1$s, %2$s + (%3$s));"),
        v, array, at);
  }

  Complex loadComplex(String array, String index, Object... args) {
    String at = index.formatted(args);
    return new Complex(load(array, at), load(array, at + " + L"));
  }

  void store(Value v, String array, String index, Object... args) {
    String at = index.formatted(args);
    line(
        pick(
            "%1$s.intoArray(%2$s, %3$s);",
            "%2$s[%3$s + l] = %1$s;",
            "store(%1$s, %2$s + (%3$s));"),
        v, array, at);
  }

  void store(Complex v, String array, String index, Object... args) {
    String at = index.formatted(args);
    store(v.re, array, at);
    store(v.im, array, at + " + L");
  }

  /** One number for all lanes. */
  Value spread(String expression, Object... args) {
    String e = expression.formatted(args);
    if (flavour != Flavour.PLAIN) {
      return value(pick(vector + ".broadcast(S, %s)", "", "spread(%s)").formatted(e));
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
    String text = wide ? c + (isNative() ? "" : "d") : (float) c + "f";
    if (Double.isNaN(rounded)) {
      text = isNative() ? "__builtin_nanf(\"\")" : boxed + ".NaN";
    } else if (Double.isInfinite(rounded)) {
      text =
          isNative()
              ? (rounded > 0 ? "" : "-") + (wide ? "__builtin_inf()" : "__builtin_inff()")
              : boxed + (rounded > 0 ? ".POSITIVE_INFINITY" : ".NEGATIVE_INFINITY");
    }
    return new Value(
        pick(vector + ".broadcast(S, " + text + ")", text, "spread(" + text + ")"));
  }

  /** A variable that can be assigned, zero at first. */
  Value accumulator() {
    return accumulator(constant(0));
  }

  /** A variable that can be assigned. */
  Value accumulator(Value first) {
    String name = name();
    line("%s %s = %s;", lanesType, name, first);
    return new Value(name);
  }

  /** A variable of bits that can be assigned, zero at first. */
  Bits bitsAccumulator() {
    String name = name();
    line(
        "%s %s = %s;",
        bitsLanesType,
        name,
        pick("%s.zero(S).reinterpretAs%ss()".formatted(vector, bitsType), "0", "{}"));
    return new Bits(name);
  }

  void assign(Value variable, Value v) {
    line("%s = %s;", variable, v);
  }

  /** A variable of bits that can be assigned, the same integer in all lanes at first. */
  Bits bitsAccumulator(int first) {
    String name = name();
    line(
        "%s %s = %s;",
        bitsLanesType,
        name,
        pick("IntVector.broadcast(INTS, %d)", "%d", "Ints{} + %d").formatted(first));
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
    return value(
        pick("%s.fma(%s, %s)", "Math.fma(%s, %s, %s)", "fused(%s, %s, %s)").formatted(a, b, c));
  }

  Value sqrt(Value a) {
    String plain = type.equals("double") ? "Math.sqrt(%s)" : "(float) Math.sqrt(%s)";
    return value(pick("%s.sqrt()", plain, "squareRoot(%s)").formatted(a));
  }

  /** The less of two, NaN if either is. */
  Value min(Value a, Value b) {
    return value(pick("%s.min(%s)", "Math.min(%s, %s)", "minimum(%s, %s)").formatted(a, b));
  }

  /** The greater of two, NaN if either is. */
  Value max(Value a, Value b) {
    return value(pick("%s.max(%s)", "Math.max(%s, %s)", "maximum(%s, %s)").formatted(a, b));
  }

  Value abs(Value a) {
    return value(pick("%s.abs()", "Math.abs(%s)", "absolute(%s)").formatted(a));
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
        temp(maskType, (isVector() ? "%s.xor(%s)" : "%s ^ %s").formatted(a, b)));
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
    return bits(
        pick(
            a + ".reinterpretAs" + bitsType + "s()",
            plain + a + ")",
            "(" + bitsLanesType + ") " + a));
  }

  Value floats(Bits a) {
    String plain = type.equals("double") ? "Double.longBitsToDouble(" : "Float.intBitsToFloat(";
    return value(
        pick(a + ".reinterpretAs" + boxed + "s()", plain + a + ")", "(" + lanesType + ") " + a));
  }

  Value toFloat(Bits a) {
    return value(
        pick(
            "(FloatVector) " + a + ".convert(VectorOperators.I2F, 0)",
            "(float) " + a,
            "__builtin_convertvector(" + a + ", Floats)"));
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
    return bits(pick("%s.min(%s)", "Math.min(%s, %s)", "minimum(%s, %s)").formatted(a, b));
  }

  Bits max(Bits a, Bits b) {
    return bits(pick("%s.max(%s)", "Math.max(%s, %s)", "maximum(%s, %s)").formatted(a, b));
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
        pick(a + ".lanewise(VectorOperators.LSHR, " + by + ")", a + " >>> " + by, a + " >> " + by));
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
        temp(
            maskType,
            isVector()
                ? "%s.compare(VectorOperators.%s, %s)".formatted(a, name, b)
                : "%s %s %s".formatted(a, operator, b)));
  }

  Value value(String expression) {
    return new Value(temp(lanesType, expression));
  }

  private Bits bits(String expression) {
    return new Bits(temp(bitsLanesType, expression));
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
