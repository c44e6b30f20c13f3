using System.Data.Common;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Platform;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Storage;

/// <summary>What the record of tokens and of who did what promises, whatever database it lies in.</summary>
public abstract class AccessContract : IAsyncLifetime
{
    private readonly AccessToken _token = AccessToken.Of(AccessToken.NewText())!;
    private readonly ShiftedTime _clock = new();
    private Database _database = null!;

    public async Task InitializeAsync() => _database = await PrepareAsync();

    public abstract Task DisposeAsync();

    [SkippableFact]
    public async Task A_name_has_one_token_at_a_time_and_a_withdrawn_one_stays_so()
    {
        var access = new SqlAccess(_database, _token, _clock);
        var first = AccessToken.Of(await access.CreateAsync("anna", Role.Viewer, default))!;
        Assert.True(await access.IsGoodAsync(first.Bearer));
        Assert.False(await access.IsGoodAsync(first.Bearer with { Role = Role.Administrator }));
        await Assert.ThrowsAsync<HermesException>(() => access.CreateAsync("anna", Role.Trainer, default));

        Assert.NotNull((await access.WithdrawAsync("anna", default))!.Withdrawn);
        Assert.Null(await access.WithdrawAsync("anna", default));
        var second = AccessToken.Of(await access.CreateAsync("anna", Role.Trainer, default))!;

        Assert.Equal((false, true), (await access.IsGoodAsync(first.Bearer), await access.IsGoodAsync(second.Bearer)));
        Assert.Equal([true, false], (await access.ListAsync(default)).Select(e => e.Withdrawn is not null).OrderDescending());
    }

    [SkippableFact]
    public async Task A_token_that_is_withdrawn_while_many_ask_whether_it_is_good_is_not_good_for_those_who_ask_afterwards()
    {
        var access = new SqlAccess(_database, _token, _clock);
        foreach (var name in Enumerable.Range(0, 20).Select(n => $"user-{n}"))
        {
            var bearer = AccessToken.Of(await access.CreateAsync(name, Role.Viewer, default))!.Bearer;
            var asking = Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await access.IsGoodAsync(bearer))).ToList();
            await access.WithdrawAsync(name, default);
            await Task.WhenAll(asking);

            Assert.False(await access.IsGoodAsync(bearer));
        }
    }

    [SkippableFact]
    public async Task What_is_on_record_is_found_newest_first_and_cannot_be_changed()
    {
        var audit = new SqlAudit(_database, _clock);
        var anna = new Bearer("anna", Role.Trainer, "1");
        var done = await audit.BeginAsync(anna, "start", "run", "first");
        await audit.EndAsync(done, AuditOutcome.Done, null);
        var refused = await audit.BeginAsync(anna, "start", "run", "second");
        await audit.EndAsync(refused, AuditOutcome.Refused, "The name is taken.");
        var open = await audit.BeginAsync(anna with { Name = "ben" }, "hold", "queue", "first");

        Assert.Equal([open, refused, done], (await audit.ListAsync(new AuditSearch(), null, 10, default)).Select(r => r.Number));
        Assert.Equal([refused], (await audit.ListAsync(new AuditSearch(), open, 1, default)).Select(r => r.Number));
        var wanted = new AuditSearch("anna", "run", "second", DateTimeOffset.UnixEpoch, _clock.GetUtcNow().AddDays(1), AuditOutcome.Refused);
        Assert.Equal([refused], (await audit.ListAsync(wanted, null, 10, default)).Select(r => r.Number));
        Assert.Equal([open], (await audit.ListAsync(new AuditSearch(Outcome: AuditOutcome.Unknown), null, 10, default)).Select(r => r.Number));
        Assert.Empty(await audit.ListAsync(new AuditSearch(Since: _clock.GetUtcNow().AddDays(1)), null, 10, default));
        await using var connection = await _database.OpenAsync(default);
        foreach (var change in new[] { "UPDATE audit SET who = 'eve'", "DELETE FROM audit", "UPDATE audit_end SET outcome = 1", "DELETE FROM audit_end" })
        {
            await using var command = Database.Command(connection, change);
            await Assert.ThrowsAnyAsync<DbException>(() => command.ExecuteNonQueryAsync());
        }
    }

    private protected abstract Task<Database> PrepareAsync();
}
