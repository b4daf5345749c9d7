/// What Barnabas adds to Apache Kafka's command line tools: their training.
package barnabas.tools;
