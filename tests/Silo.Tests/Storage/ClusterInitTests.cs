using Hermes.Silo.Storage;

namespace Hermes.Silo.Tests.Storage;

/// <summary><c>hermes cluster init</c>, as an administrator runs it.</summary>
[Collection(PostgreSqlCollection.Name)]
public sealed class ClusterInitTests(SharedPostgreSql shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task The_command_prepares_a_database_for_the_role_of_the_silos_and_says_what_it_did()
    {
        var server = await shared.ServerAsync();
        var (name, address) = await server.CreateDatabaseAsync();
        var (role, silo) = await server.CreateRoleAsync(name);
        var owner = _folder.File("owner.txt", address + "\n");

        var first = await HermesProcess.RunAsync("cluster", "init", "--connection-file", owner, "--role", role);
        var second = await HermesProcess.RunAsync("cluster", "init", "--connection-file", owner, "--role", role, "--json");

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("grain-storage: made, version 1", first.Output, StringComparison.Ordinal);
        Assert.Contains($"/{name} is prepared; {role} may read and write.", first.Output, StringComparison.Ordinal);
        Assert.All(second.Json.GetProperty("scripts").EnumerateArray(), script => Assert.Equal(script.GetProperty("version").GetInt32(), script.GetProperty("before").GetInt32()));
        new PostgresDatabase(silo).Prepare();
    }

    [SkippableFact]
    public async Task What_stops_it_is_told_in_a_sentence_and_never_the_password()
    {
        var server = await shared.ServerAsync();
        var owner = _folder.File("owner.txt", (await server.CreateDatabaseAsync()).ConnectionString);
        var wrong = _folder.File("wrong.txt", "Host=127.0.0.1;Port=1;Username=u;Password=s3cr3t");

        await AssertToldAsync("No database was named.");
        await AssertToldAsync("none.txt cannot be read", "--connection-file", _folder.At("none.txt"));
        await AssertToldAsync("The database u@127.0.0.1:1/u cannot be used", "--connection-file", wrong);
        await AssertToldAsync("role \"nobody\" does not exist", "--connection-file", owner, "--role", "nobody");

        static async Task AssertToldAsync(string sentence, params string[] arguments)
        {
            var refused = await HermesProcess.RunAsync(["cluster", "init", .. arguments]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cr3t", refused.Error, StringComparison.Ordinal);
        }
    }
}
