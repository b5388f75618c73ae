package org.cochlea.train.optim;

/** What a clip is to be mapped to. */
public enum Target {
  /** One of several classes. */
  CLASS,
  /** Any number of several classes. */
  TAGS,
  /** A number: the clip's label read as one. */
  NUMBER,
  /** A point near those of its class. */
  EMBEDDING,
  /** The characters of its transcript. */
  TEXT
}
