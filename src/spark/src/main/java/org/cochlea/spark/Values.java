package org.cochlea.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamException;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import org.cochlea.audio.augment.ClipBank;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;

/**
 * Features, presets and plans as bytes: Java's serialization, in which a record stands as its class
 * and its components, so that the records themselves need not know of it.
 */
final class Values {
  private Values() {}

  static byte[] write(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Writer out = new Writer(bytes)) {
      out.writeObject(value);
    } catch (NotSerializableException e) {
      throw new IllegalArgumentException(
          "%s cannot be sent to executors, it holds a %s: give a Recipe that makes it there"
              .formatted(value.getClass().getSimpleName(), e.getMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static <T> T read(byte[] bytes, Class<T> type) {
    try (ObjectInputStream in = new Reader(bytes)) {
      return type.cast(in.readObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e.getMessage() + " is not on the executor's class path", e);
    }
  }

  private static final class Writer extends ObjectOutputStream {
    Writer(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object value) {
      return switch (value) {
        case Serializable s -> s;
        case Record r -> RecordForm.of(r);
        case Basis b -> BasisForm.of(b);
        case Window w -> WindowForm.of(w);
        case ClipBank b -> new BankForm(b.location());
        case null, default -> value;
      };
    }
  }

  /** Finds classes where this class comes from: on executors, jars have a loader of their own. */
  private static final class Reader extends ObjectInputStream {
    Reader(byte[] bytes) throws IOException {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass description)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(description.getName(), false, Values.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        return super.resolveClass(description);
      }
    }
  }

  private static final class RecordForm implements Serializable {
    @Serial private static final long serialVersionUID = 1;

    private final Class<?> type;

    @SuppressWarnings("serial") // what is not serializable is replaced on its way
    private final Object[] values;

    private RecordForm(Class<?> type, Object[] values) {
      this.type = type;
      this.values = values;
    }

    static RecordForm of(Record value) {
      try {
        RecordComponent[] components = value.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
          components[i].getAccessor().setAccessible(true);
          values[i] = components[i].getAccessor().invoke(value);
        }
        return new RecordForm(value.getClass(), values);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    }

    @Serial
    private Object readResolve() throws ObjectStreamException {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      try {
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
      } catch (ReflectiveOperationException e) {
        InvalidObjectException wrong = new InvalidObjectException(type + ": " + e);
        wrong.initCause(e);
        throw wrong;
      }
    }
  }

  private static final class BasisForm implements Serializable {
    @Serial private static final long serialVersionUID = 1;

    private final double[][] rows;

    private BasisForm(double[][] rows) {
      this.rows = rows;
    }

    static BasisForm of(Basis basis) {
      double[][] rows = new double[basis.rows()][];
      Arrays.setAll(rows, basis::row);
      return new BasisForm(rows);
    }

    @Serial
    private Object readResolve() {
      return Basis.of(rows);
    }
  }

  private static final class WindowForm implements Serializable {
    @Serial private static final long serialVersionUID = 1;

    /** How a window of given coefficients calls itself, which cannot be parsed. */
    private static final String GIVEN = "given window of ";

    private final String name;
    private final double[] coefficients;

    private WindowForm(String name, double[] coefficients) {
      this.name = name;
      this.coefficients = coefficients;
    }

    static WindowForm of(Window window) {
      String name = window.toString();
      return name.startsWith(GIVEN)
          ? new WindowForm(
              "", window.coefficients(Integer.parseInt(name.substring(GIVEN.length()))))
          : new WindowForm(name, new double[0]);
    }

    @Serial
    private Object readResolve() {
      return name.isEmpty() ? Window.of(coefficients) : Window.parse(name);
    }
  }

  /** Noises and impulse responses stay where they are: executors must see the same folder. */
  private record BankForm(String location) implements Serializable {
    @Serial
    private Object readResolve() throws ObjectStreamException {
      try {
        ClipSource source = ClipBank.open(Path.of(location));
        return source;
      } catch (IOException e) {
        InvalidObjectException wrong = new InvalidObjectException(e.getMessage());
        wrong.initCause(e);
        throw wrong;
      }
    }
  }
}
