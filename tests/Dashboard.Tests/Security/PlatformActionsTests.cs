using Hermes.Dashboard.Platform;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hermes.Dashboard.Tests.Security;

public sealed class PlatformActionsTests : IAsyncDisposable
{
    private readonly PlatformLink _link = new(new DashboardOptions { Address = "127.0.0.1:1" }, TimeProvider.System);
    private readonly TestVisitor _visitor = new();

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    [Theory]
    [InlineData(Role.Viewer, Role.Viewer, true)]
    [InlineData(Role.Viewer, Role.Trainer, false)]
    [InlineData(Role.Trainer, Role.Trainer, true)]
    [InlineData(Role.Trainer, Role.Administrator, false)]
    [InlineData(Role.Administrator, Role.Trainer, true)]
    public async Task A_visitor_may_do_what_their_role_says_and_what_lower_roles_may(Role role, Role needed, bool isAllowed)
    {
        _visitor.Bearer = new Bearer("mara", role, "1");

        Assert.Equal(isAllowed, await Actions().WhyNotAsync(needed) is null);
    }

    [Fact]
    public async Task What_is_refused_is_not_asked_of_the_platform_and_says_who_may()
    {
        _visitor.Bearer = new Bearer("mara", Role.Viewer, "1");
        var isAsked = false;

        var refused = await Assert.ThrowsAsync<HermesException>(() => Actions().DoAsync(
            Role.Administrator,
            (_, _) =>
            {
                isAsked = true;
                return Task.FromResult(0);
            },
            CancellationToken.None));

        Assert.False(isAsked);
        Assert.Equal("'mara' is a viewer here; this needs an administrator.", refused.Message);
    }

    [Fact]
    public async Task Nobody_may_do_nothing()
    {
        _visitor.Bearer = null;

        Assert.Equal("This needs a viewer, and nobody is signed in.", await Actions().WhyNotAsync(Role.Viewer));
    }

    [Fact]
    public async Task What_is_allowed_is_asked_of_the_platform() =>
        await Assert.ThrowsAsync<PlatformAbsentException>(() => Actions().DoAsync(Role.Administrator, (_, _) => Task.FromResult(0), CancellationToken.None));

    private PlatformActions Actions() => new(_link, _visitor, NullLogger<PlatformActions>.Instance);
}
