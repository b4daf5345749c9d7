package barnabas.broker.jmx;

import java.util.Map;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/// One bean. Reading an attribute has values that are too old read again first; nothing can be written or called.
final class MetricBean implements DynamicMBean {
    private final Runnable refresh;
    private volatile BeanValue value;

    MetricBean(BeanValue value, Runnable refresh) {
        this.value = value;
        this.refresh = refresh;
    }

    BeanValue value() {
        return value;
    }

    void value(BeanValue present) {
        value = present;
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException {
        refresh.run();
        Object found = value.attributes().get(name);
        if (found == null) throw new AttributeNotFoundException("no attribute " + name);
        return found;
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        refresh.run();
        Map<String, Object> all = value.attributes();
        var found = new AttributeList();
        for (String each : names) {
            Object present = all.get(each);
            if (present != null) found.add(new Attribute(each, present));
        }
        return found;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be written");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList();
    }

    @Override
    public @Nullable Object invoke(String operation, Object[] arguments, String[] signature)
            throws ReflectionException {
        throw new ReflectionException(new NoSuchMethodException(operation));
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        var attributes = value.attributes().entrySet().stream()
                .map(each -> new MBeanAttributeInfo(
                        each.getKey(), each.getValue().getClass().getName(), "", true, false, false))
                .toArray(MBeanAttributeInfo[]::new);
        return new MBeanInfo(MetricBean.class.getName(), "", attributes, null, null, null);
    }
}
