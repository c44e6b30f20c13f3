using System.Security.Claims;
using Hermes.Dashboard.Security;
using Hermes.Grains.Interfaces.Access;
using Microsoft.AspNetCore.Components.Authorization;

namespace Hermes.Dashboard.Tests;

/// <summary>Who is at the test's browser.</summary>
internal sealed class TestVisitor : AuthenticationStateProvider
{
    /// <summary>Null for nobody.</summary>
    public Bearer? Bearer { get; set; } = Bearer.Platform;

    public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
        Task.FromResult(new AuthenticationState(Bearer is { } bearer ? Visitor.Of(bearer) : new ClaimsPrincipal()));

    /// <summary>Their time is over.</summary>
    public void Leave()
    {
        Bearer = null;
        NotifyAuthenticationStateChanged(GetAuthenticationStateAsync());
    }
}
