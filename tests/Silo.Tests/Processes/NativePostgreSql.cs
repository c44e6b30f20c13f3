using System.Diagnostics;
using System.Globalization;
using Hermes.Hosting;
using Npgsql;

namespace Hermes.Silo.Tests.Processes;

/// <summary>
/// The <c>postgres</c> of this machine with a folder, port and password of its own, on loopback only; it refuses to run as root, so root lends it to another user.
/// </summary>
internal sealed class NativePostgreSql : PostgreSqlServer
{
    private const string Superuser = "hermes_test";

    private readonly TemporaryFolder _folder = new();
    private readonly string _programs;
    private readonly NativeProcess _process;
    private readonly int _port;

    public NativePostgreSql(string programs, string password)
        : this(programs, password, Loopback.FreePorts(1)[0])
    {
    }

    private NativePostgreSql(string programs, string password, int port)
        : base(new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = Superuser, Password = password, Database = "postgres" }.ConnectionString)
    {
        (_programs, _port, _process) = (programs, port, new NativeProcess(_folder.Path));
        _folder.File("password", password);
    }

    private static IEnumerable<string> AsItsUser => Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"] : [];

    protected override bool HasEnded => _process.HasEnded;

    private string Data => _folder.At("data");

    /// <summary>The folder of its programs; null where they are not installed.</summary>
    public static string? Find() => !OperatingSystem.IsLinux() ? null :
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")) : [])
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    public override Task StopAsync() => _process.KillAsync();

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    protected override async Task BeginAsync()
    {
        if (!Directory.Exists(Data))
        {
            await MakeAsync();
        }

        // What a killed process wrote, the system has: a power cut of the machine is not tested here.
        _process.Start(
            [
                .. AsItsUser, Path.Combine(_programs, "postgres"), "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
                "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "shared_buffers=32MB",
            ],
            []);
    }

    protected override string Words() => _process.Words();

    private async Task MakeAsync()
    {
        Directory.CreateDirectory(Data);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chmod", "711", _folder.Path);
            await RunAsync("chown", "postgres:", Data, _folder.At("password"));
        }

        await RunAsync([
            .. AsItsUser, Path.Combine(_programs, "initdb"), "-D", Data, "-U", Superuser, "--auth=scram-sha-256", $"--pwfile={_folder.At("password")}", "--encoding=UTF8", "--no-sync",
        ]);
    }

    private static async Task RunAsync(params IReadOnlyList<string> command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        Assert.True(await process.EndAsync() == 0, $"{string.Join(' ', command)}: {string.Join('\n', await said)}");
    }
}
