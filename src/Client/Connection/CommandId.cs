using System.Security.Cryptography;
using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Client.Connection;

/// <summary>Identities of commands.</summary>
internal static class CommandId
{
    /// <summary>The same words give the same command, so that saying them again continues it.</summary>
    public static string Of<T>(T content) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content, WorkOrderJson.Options)));

    /// <summary>A command of its own, repeated only by this client.</summary>
    public static string New() => Guid.NewGuid().ToString("N");
}
