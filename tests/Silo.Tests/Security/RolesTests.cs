using System.Net;
using Hermes.Client;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Catalog;
using Hermes.Grains.Interfaces.Models;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Tests.EndToEnd;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Hermes.Silo.Tests.Security;

/// <summary>Who may do what on a real silo, and what is on record of it.</summary>
public sealed class RolesTests
{
    [Fact]
    public async Task Each_role_does_what_it_may_and_everything_that_was_asked_is_on_record()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await Platform.StartAsync(folder.At("data"));
        var viewer = await GiveAsync(platform, folder, "vera", "viewer");
        var trainer = await GiveAsync(platform, folder, "tom", "trainer");
        Assert.Equal(0, (await platform.HermesAsync("dataset", "list", "--token-file", viewer)).ExitCode);
        var refused = await platform.HermesAsync("queue", "hold", "none", "--token-file", viewer);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("'vera' is a viewer on this platform; this needs a trainer. Nothing was changed.", refused.Json.GetProperty("error").GetString(), StringComparison.Ordinal);

        await using var vera = await HermesClient.ConnectAsync(platform.Silo.Address, tokenFile: viewer);
        await using var tom = await HermesClient.ConnectAsync(platform.Silo.Address, tokenFile: trainer);
        var scan = folder.File("scan.json", "{}");
        var blob = await vera.Blobs.HashAsync(scan);
        await RefusedAsync("this needs a trainer", () => vera.Blobs.UploadAsync(scan, blob));
        await tom.Blobs.UploadAsync(scan, blob);
        await RefusedAsync("this needs an administrator", () => tom.BlobCare.CollectAsync(dryRun: false));
        await RefusedAsync("this needs an administrator", () => tom.Access.WithdrawAsync("vera"));
        await RefusedAsync("this needs an administrator", () => tom.Datasets.WithdrawAsync("local/none"));
        await RefusedAsync("this needs an administrator", () => tom.Updates.PromoteAsync("none", accept: true));
        await RefusedAsync("There is no update", () => tom.Updates.PromoteAsync("none"));

        await RefusedAsync("this needs an administrator", () => HermesClient.ForAsync("Anna Meier\n(ward 3)", async () =>
        {
            await tom.Access.WithdrawAsync("tom");
            return 0;
        }));

        await platform.DoAsync("access", "withdraw", "vera");
        await RefusedAsync("prove who makes it", () => vera.Queue.GetAsync());
        var gone = await platform.HermesAsync("dataset", "list", "--token-file", viewer);
        Assert.Contains("does not know the token of 'vera'", gone.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        var withdrawn = (await platform.DoAsync("access", "list")).Json.EnumerateArray().Single(e => e.GetProperty("withdrawn").ValueKind != System.Text.Json.JsonValueKind.Null);
        Assert.Equal("vera", withdrawn.GetProperty("name").GetString());

        var records = await platform.Client.Access.AuditAsync(new AuditSearch()).Select(r => $"{r.Who} {r.What} {r.Kind} {r.Name} {r.Outcome}").ToListAsync();
        Assert.Equal(
            [
                "platform withdraw access vera Done",
                "tom for Anna Meier (ward 3) withdraw access tom Refused",
                "tom promote update none Refused",
                "tom promote update none Refused",
                "tom withdraw dataset local/none Refused",
                "tom withdraw access vera Refused",
                "tom collect blob care local Refused",
                "tom upload blob ticket local Done",
                "vera upload blob ticket local Refused",
                "vera hold queue none Refused",
                "platform create access tom Done",
                "platform create access vera Done",
            ],
            records);
        var found = (await platform.DoAsync("audit", "--who", "vera", "--kind", "queue", "--outcome", "refused")).Json;
        Assert.Contains("needs a trainer", Assert.Single(found.EnumerateArray()).GetProperty("reason").GetString(), StringComparison.Ordinal);
        foreach (var (who, count) in new[] { ("tom", 7), ("Anna Meier (ward 3)", 1), ("ward 3)", 0), ("for Anna Meier (ward 3)", 0) })
        {
            Assert.Equal(count, await platform.Client.Access.AuditAsync(new AuditSearch { Who = who }).CountAsync());
        }

        Assert.Equal(1, (await platform.HermesAsync("audit", "--token-file", trainer)).ExitCode);
    }

    [Fact]
    public async Task A_client_that_pretends_to_be_more_is_refused_whatever_it_says()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await Platform.StartAsync(folder.At("data"));
        var token = AccessToken.Read(await GiveAsync(platform, folder, "vera", "viewer"));
        var own = token.SignCalls(TimeProvider.System.GetUtcNow());
        var statement = own;
        using var client = await ForgeAsync(platform.Client.Platform, token, () => statement);
        var grains = client.Services.GetRequiredService<IGrainFactory>();
        var model = grains.GetGrain<IModelGrain>("forged");

        Assert.Empty((await model.GetAsync()).Versions);
        foreach (var said in new[]
        {
            own, own.Replace("viewer", "administrator", StringComparison.Ordinal), own.Split('@')[1], token.SignSilo(TimeProvider.System.GetUtcNow()), "", "a:b:c@1.2.3",
        })
        {
            statement = said;
            await RefusedAsync("", () => grains.GetGrain<IAccessGrain>(0).CreateAsync("eve", Role.Administrator));
            await RefusedAsync("", () => model.WakeAsync());
            await RefusedAsync("", () => grains.GetGrain<IRecoveryGrain>(0).WakeAsync());
            await RefusedAsync("", () => grains.GetGrain<IManagementGrain>(0).ForceGarbageCollection([]));
        }

        Assert.DoesNotContain(await platform.Client.Access.ListAsync(), e => e.Name == "eve");
    }

    private static async Task<string> GiveAsync(Platform platform, TemporaryFolder folder, string name, string role)
    {
        var file = folder.At($"{name}.token");
        await platform.DoAsync("access", "create", name, "--role", role, "--output", file);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        return file;
    }

    private static async Task RefusedAsync(string why, Func<Task> act) =>
        Assert.Contains(why, (await Assert.ThrowsAsync<HermesException>(act)).Message, StringComparison.Ordinal);

    private static async Task<IHost> ForgeAsync(PlatformDescription platform, AccessToken token, Func<string> statement)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(IPEndPoint.Parse(platform.Gateway));
            client.Configure<ClientConnectionOptions>(o => o.ConfigureConnection(connection => connection.Use(next => async opened =>
            {
                Assert.True(await token.EnterAsync(opened.Transport));
                await next(opened);
            })));
            client.AddOutgoingGrainCallFilter(async call =>
            {
                RequestContext.Set(AccessToken.CallKey, statement());
                await call.Invoke();
            });
            client.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (platform.ClusterId, platform.ServiceId));
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
