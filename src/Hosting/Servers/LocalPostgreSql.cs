using System.Globalization;
using Hermes.Grains.Interfaces;

namespace Hermes.Hosting.Servers;

/// <summary>The <c>postgres</c> of this machine. It refuses to run as root, so root lends it to the user <c>postgres</c>.</summary>
public sealed class LocalPostgreSql : LocalServer
{
    private const string Lent = "postgres";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string _programs;
    private readonly int _port;
    private readonly string _superuser;
    private readonly string _password;
    private readonly bool _isDurable;
    private readonly IReadOnlyList<string> _statements;

    /// <summary>Names it; nothing is made yet.</summary>
    /// <param name="programs">The folder of its programs, as <see cref="Find"/> knows it.</param>
    /// <param name="folder">Where it keeps everything.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="superuser">Its first role.</param>
    /// <param name="password">That role's password.</param>
    /// <param name="isDurable">Whether what it acknowledged outlives a power cut of the machine, for which it waits for the disk.</param>
    /// <param name="statements">SQL, each on one line, that is executed once, before anybody can connect.</param>
    public LocalPostgreSql(string programs, string folder, int port, string superuser, string password, bool isDurable, params IReadOnlyList<string> statements)
        : base("PostgreSQL", folder) =>
        (_programs, _port, _superuser, _password, _isDurable, _statements) = (programs, port, superuser, password, isDurable, statements);

    /// <summary>PEM with its certificate and private key, with which it takes connections over TLS; null for none.</summary>
    public string? CertificateFile { get; init; }

    public override IReadOnlyList<string> Command =>
    [
        .. AsItsUser, Path.Combine(_programs, "postgres"), "-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
        "-c", "unix_socket_directories=", "-c", "shared_buffers=32MB", "-c", $"fsync={(_isDurable ? "on" : "off")}",
        .. CertificateFile is null ? Array.Empty<string>() : ["-c", "ssl=on", "-c", $"ssl_cert_file={Certificate}", "-c", $"ssl_key_file={Certificate}"],
    ];

    private static IEnumerable<string> AsItsUser =>
        System.Environment.IsPrivilegedProcess ? ["setpriv", $"--reuid={Lent}", $"--regid={Lent}", "--clear-groups", "--"] : [];

    private string Data => At("data");

    private string Certificate => At("certificate");

    /// <summary>The folder of its programs; null where they are not installed.</summary>
    public static string? Find() =>
        FolderOf("initdb", Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")) : []);

    public override async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var (code, _) = await ChildProgram.AskAsync(
            Path.Combine(_programs, "pg_isready"), ["-h", "127.0.0.1", "-p", _port.ToString(CultureInfo.InvariantCulture), "-d", "postgres"], Patience, cancellationToken);
        return code == 0;
    }

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Folder);
        if (CertificateFile is not null)
        {
            // It takes a key that is its user's alone.
            PrivateFile.Write(Certificate, await File.ReadAllBytesAsync(CertificateFile, cancellationToken));
            if (System.Environment.IsPrivilegedProcess)
            {
                await LendAsync([Certificate], cancellationToken);
            }
        }

        if (Directory.Exists(Data))
        {
            return;
        }

        var (made, password) = (At("data.new"), At("password"));
        if (Directory.Exists(made))
        {
            Directory.Delete(made, recursive: true);
        }

        Directory.CreateDirectory(made);
        try
        {
            PrivateFile.Write(password, System.Text.Encoding.UTF8.GetBytes(_password));
            if (System.Environment.IsPrivilegedProcess)
            {
                await LendAsync([made, password], cancellationToken);
            }

            string[] initdb =
            [
                .. AsItsUser, Path.Combine(_programs, "initdb"), "-D", made, "-U", _superuser, "--auth=scram-sha-256", $"--pwfile={password}", "--encoding=UTF8", "--locale=C",
                .. _isDurable ? Array.Empty<string>() : ["--no-sync"],
            ];
            await RunAsync(initdb, null, Patience, cancellationToken);
            if (_statements.Count > 0)
            {
                await RunAsync(
                    [.. AsItsUser, Path.Combine(_programs, "postgres"), "--single", "-D", made, "-c", "exit_on_error=on", "postgres"],
                    string.Join('\n', _statements) + "\n",
                    Patience,
                    cancellationToken);
            }

            Directory.Move(made, Data);
        }
        finally
        {
            File.Delete(password);
        }
    }

    /// <summary>Gives what it needs to the other user, who must be able to get there.</summary>
    private async Task LendAsync(string[] paths, CancellationToken cancellationToken)
    {
        await RunAsync(["chmod", "711", Folder], null, Patience, cancellationToken);
        await RunAsync(["chown", $"{Lent}:", .. paths], null, Patience, cancellationToken);
        try
        {
            await RunAsync([.. AsItsUser, "ls", paths[0]], null, Patience, cancellationToken);
        }
        catch (HermesException unreachable)
        {
            throw new HermesException(
                $"PostgreSQL does not run as root, and the user {Lent}, to whom root lends it, cannot get to {Folder}.", unreachable)
            {
                Hint = "Name a folder that everybody may enter, or do it as another user.",
            };
        }
    }
}
