@org.jspecify.annotations.NullMarked
package barnabas.broker.follow;
