package barnabas.console.view;

import barnabas.client.ClientException;
import barnabas.client.StoppedException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/// Asks several brokers at the same time. One that hangs delays a page for a moment, and is left out.
final class EachBroker {
    /// A question to one broker.
    @FunctionalInterface
    interface Question<T> {
        T answer(int broker) throws ClientException;
    }

    /// Answer of a broker in time.
    sealed interface Answer<T> {
        record Value<T>(T value) implements Answer<T> {}

        record Refusal<T>(ClientException why) implements Answer<T> {}
    }

    private EachBroker() {}

    /// @param waitMax for all of them together
    /// @return by broker, of those that have answered in time
    static <T> Map<Integer, Answer<T>> ask(
            Collection<Integer> brokers, Duration waitMax, Executor executor, Question<T> question)
            throws ClientException {
        Map<Integer, Answer<T>> answers = new ConcurrentHashMap<>();
        var left = new CountDownLatch(brokers.size());
        try {
            for (int each : brokers)
                executor.execute(() -> {
                    try {
                        answers.put(each, new Answer.Value<>(question.answer(each)));
                    } catch (ClientException e) {
                        answers.put(each, new Answer.Refusal<>(e));
                    } finally {
                        left.countDown();
                    }
                });
            var _ = left.await(waitMax.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("stopped while waiting for the brokers");
        } catch (RejectedExecutionException closing) {
            throw new StoppedException("the console closes");
        }
        return new TreeMap<>(answers);
    }
}
