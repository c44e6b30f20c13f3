using System.Reflection;
using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermes.Dashboard.Tests.Security;

/// <summary>Everything that pages do to the platform, by whoever may only look.</summary>
public sealed class ActionsTests : IAsyncDisposable
{
    // Whoever asked it would get another exception.
    private readonly PlatformLink _link = new(new DashboardOptions { Address = "127.0.0.1:1" }, TimeProvider.System);
    private readonly TestVisitor _visitor = new() { Bearer = new Bearer("mara", Role.Viewer, "1") };

    public static IEnumerable<object[]> Deeds =>
        from type in typeof(PlatformActions).Assembly.GetTypes()
        where type is { IsClass: true, IsAbstract: false } && type.Name.EndsWith("Actions", StringComparison.Ordinal)
            && type.GetConstructors() is [var made] && made.GetParameters().Any(p => p.ParameterType == typeof(PlatformActions))
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where typeof(Task).IsAssignableFrom(method.ReturnType)
        orderby type.Name, method.Name
        select new object[] { type.FullName!, method.Name };

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    [Theory]
    [MemberData(nameof(Deeds))]
    public async Task Whoever_may_only_look_is_refused_before_the_platform_is_asked(string type, string method)
    {
        var actor = typeof(PlatformActions).Assembly.GetType(type)!;
        var seam = new PlatformActions(_link, _visitor, NullLogger<PlatformActions>.Instance);
        object[] needs = [.. actor.GetConstructors()[0].GetParameters().Select(p => p.ParameterType == typeof(PlatformActions) ? seam : (object)_visitor)];
        var made = Activator.CreateInstance(actor, needs)!;

        foreach (var deed in actor.GetMethods().Where(m => m.Name == method))
        {
            object?[] words = [.. deed.GetParameters().Select(p => Anything(p.ParameterType))];

            var refused = await Assert.ThrowsAsync<HermesException>(() => (Task)deed.Invoke(made, words)!);

            Assert.Contains("'mara' is a viewer here; this needs a", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void All_that_pages_do_is_among_them() => Assert.Superset(
        new HashSet<string> { "AdministrationActions", "EventActions", "ModelActions", "QueueActions", "RunActions", "SegmentationActions", "UpdateActions" },
        Deeds.Select(d => ((string)d[0]).Split('.')[^1]).ToHashSet());

    private static object? Anything(Type type) => type == typeof(string) ? "x" : type.IsValueType ? Activator.CreateInstance(type) : null;
}
