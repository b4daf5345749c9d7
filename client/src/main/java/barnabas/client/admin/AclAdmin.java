package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.Connection;
import barnabas.client.RequestFailedException;
import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.CreateAclsRequest.AclCreation;
import barnabas.protocol.message.CreateAclsResponse;
import barnabas.protocol.message.DeleteAclsRequest;
import barnabas.protocol.message.DeleteAclsRequest.DeleteAclsFilter;
import barnabas.protocol.message.DeleteAclsResponse;
import barnabas.protocol.message.DescribeAclsRequest;
import barnabas.protocol.message.DescribeAclsResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Add, list and delete ACLs.
public final class AclAdmin {
    /// One rule; the numbers are those of the protocol.
    public record Rule(
            byte resourceType,
            String resourceName,
            byte patternType,
            String principal,
            String host,
            byte operation,
            byte permissionType) {}

    /// Rules to be found: null, and 1 for a number, match everything.
    public record Filter(
            byte resourceType,
            @Nullable String resourceName,
            byte patternType,
            @Nullable String principal,
            @Nullable String host,
            byte operation,
            byte permissionType) {}

    private final Cluster cluster;

    public AclAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// Adds rules; those that are there already stay.
    ///
    /// @throws RequestFailedException for the first rule that is refused; others may have been added
    public void add(List<Rule> rules) throws ClientException {
        var request = new CreateAclsRequest(rules.stream()
                .map(rule -> new AclCreation(
                        rule.resourceType,
                        rule.resourceName,
                        rule.patternType,
                        rule.principal,
                        rule.host,
                        rule.operation,
                        rule.permissionType))
                .toList());
        for (var result : connection().call(request, CreateAclsResponse.class).results())
            TopicAdmin.check("add ACL", result.errorCode(), result.errorMessage());
    }

    public List<Rule> list(Filter filter) throws ClientException {
        return list(connection(), filter);
    }

    /// The same as one broker knows it: others may know of later changes.
    public List<Rule> listAt(int broker, Filter filter) throws ClientException {
        return list(cluster.broker(broker, Lane.CALLS), filter);
    }

    private static List<Rule> list(Connection at, Filter filter) throws ClientException {
        var request = new DescribeAclsRequest(
                filter.resourceType,
                filter.resourceName,
                filter.patternType,
                filter.principal,
                filter.host,
                filter.operation,
                filter.permissionType);
        var response = at.call(request, DescribeAclsResponse.class);
        TopicAdmin.check("list ACLs", response.errorCode(), response.errorMessage());
        var rules = new ArrayList<Rule>();
        for (var resource : response.resources()) {
            for (var acl : resource.acls()) {
                rules.add(new Rule(
                        resource.resourceType(),
                        resource.resourceName(),
                        resource.patternType(),
                        acl.principal(),
                        acl.host(),
                        acl.operation(),
                        acl.permissionType()));
            }
        }
        return rules;
    }

    /// Deletes what the filters match.
    ///
    /// @return number of rules deleted
    public int delete(List<Filter> filters) throws ClientException {
        var request = new DeleteAclsRequest(filters.stream()
                .map(filter -> new DeleteAclsFilter(
                        filter.resourceType,
                        filter.resourceName,
                        filter.patternType,
                        filter.principal,
                        filter.host,
                        filter.operation,
                        filter.permissionType))
                .toList());
        int deleted = 0;
        for (var result : connection().call(request, DeleteAclsResponse.class).filterResults()) {
            TopicAdmin.check("delete ACLs", result.errorCode(), result.errorMessage());
            deleted += result.matchingAcls().size();
        }
        return deleted;
    }

    private Connection connection() throws ClientException {
        return cluster.controller();
    }
}
