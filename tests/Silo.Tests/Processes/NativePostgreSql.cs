using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Hosting.Servers;
using Npgsql;

namespace Hermes.Silo.Tests.Processes;

/// <summary>The <c>postgres</c> of this machine with a folder, port and password of its own. A power cut of the machine is not tested, so it need not wait for the disk.</summary>
internal sealed class NativePostgreSql : PostgreSqlServer
{
    private const string Superuser = "hermes_test";

    private readonly NativeServer<LocalPostgreSql> _native;

    private NativePostgreSql(string programs, int port, string password, TlsFiles? tls)
        : base(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port,
            Username = Superuser,
            Password = password,
            Database = "postgres",
            SslMode = tls is null ? SslMode.Prefer : SslMode.VerifyFull,
            RootCertificate = tls?.Authority,
        }.ConnectionString) =>
        _native = new NativeServer<LocalPostgreSql>(folder =>
            new LocalPostgreSql(programs, folder, port, Superuser, password, isDurable: false) { CertificateFile = tls?.Certificate });

    protected override bool HasEnded => _native.HasEnded;

    /// <summary>A server that is not started yet; null where none is installed.</summary>
    /// <param name="tls">Its certificate, and its authority; null for clear text.</param>
    public static NativePostgreSql? Find(TlsFiles? tls = null) =>
        LocalPostgreSql.Find() is { } programs ? new NativePostgreSql(programs, Loopback.FreePorts(1)[0], Secret(), tls) : null;

    public override Task StopAsync() => _native.KillAsync();

    public override ValueTask DisposeAsync() => _native.DisposeAsync();

    protected override Task BeginAsync() => _native.BeginAsync();

    protected override string Words() => _native.Words();
}
