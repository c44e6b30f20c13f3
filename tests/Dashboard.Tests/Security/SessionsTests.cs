using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces.Access;
using Microsoft.AspNetCore.Authentication;

namespace Hermes.Dashboard.Tests.Security;

public sealed class SessionsTests
{
    private readonly ShiftedTime _clock = new();

    [Fact]
    public async Task A_session_ends_when_its_time_is_over()
    {
        var sessions = new Sessions(_clock);
        var id = await sessions.StoreAsync(Ticket());
        _clock.Shift = BrowserAccess.Lifetime - TimeSpan.FromMinutes(1);
        Assert.True(sessions.IsOpen(id));
        Assert.NotNull(await sessions.RetrieveAsync(id));

        _clock.Shift = BrowserAccess.Lifetime + TimeSpan.FromMinutes(1);

        Assert.False(sessions.IsOpen(id));
        Assert.Null(await sessions.RetrieveAsync(id));
    }

    [Fact]
    public async Task A_session_ends_when_it_is_closed()
    {
        var sessions = new Sessions(_clock);
        var (first, second) = (await sessions.StoreAsync(Ticket()), await sessions.StoreAsync(Ticket()));

        await sessions.RemoveAsync(first);

        Assert.Equal((false, true), (sessions.IsOpen(first), sessions.IsOpen(second)));
    }

    private AuthenticationTicket Ticket()
    {
        var until = _clock.GetUtcNow() + BrowserAccess.Lifetime;
        return new(Visitor.Of("anna", Role.Viewer, SignIn.Provider, until, Sessions.NewId()), new AuthenticationProperties { ExpiresUtc = until }, SignIn.Session);
    }
}
