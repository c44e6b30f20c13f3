using Hermes.Grains.Interfaces.Platform;
using Hermes.Hosting;
using Hermes.Hosting.Servers;

namespace Hermes.Silo.Tests.Processes;

/// <summary>The <c>rabbitmq-server</c> of this machine, as the user who runs the tests: its own folder, ports, name and password.</summary>
internal sealed class NativeRabbitMq : RabbitMqServer
{
    private readonly NativeServer<LocalRabbitMq> _native;

    private NativeRabbitMq(NativeServer<LocalRabbitMq> native, TlsFiles? tls)
        : base(native.Server.Address, tls) => _native = native;

    public string Folder => _native.Server.Folder;

    /// <summary>For its clients, for other brokers and for those who ask where brokers are.</summary>
    public IReadOnlyList<int> Ports => _native.Server.Ports;

    protected override bool HasEnded => _native.HasEnded;

    /// <summary>A broker that is not started yet; null where none is installed.</summary>
    /// <param name="tls">Its certificate, and its authority; null for clear text.</param>
    public static NativeRabbitMq? Find(TlsFiles? tls = null) => LocalRabbitMq.Find() is not { } program ? null : new NativeRabbitMq(
        new NativeServer<LocalRabbitMq>(folder => new LocalRabbitMq(program, folder, Loopback.FreePorts(LocalRabbitMq.PortsNeeded), Secret(), tls?.Certificate)), tls);

    /// <summary>The processes of this broker that live; one of them, the port mapper, leaves its parent.</summary>
    public IReadOnlyList<int> Living() => _native.Living();

    public override Task StopAsync() => _native.KillAsync();

    public override ValueTask DisposeAsync() => _native.DisposeAsync();

    protected override Task BeginAsync() => _native.BeginAsync();

    protected override string Words() => _native.Words();
}
