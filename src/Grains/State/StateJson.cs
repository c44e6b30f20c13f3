using System.Text.Json;
using Hermes.Grains.Interfaces.WorkOrders;
using Orleans.Storage;

namespace Hermes.Grains.State;

/// <summary>States as plain JSON without type names: readable with any tool, and nothing stored can name a type to create.</summary>
public sealed class StateJson : IGrainStorageSerializer
{
    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, WorkOrderJson.Options));

    /// <inheritdoc/>
    public T Deserialize<T>(BinaryData input) => JsonSerializer.Deserialize<T>(input, WorkOrderJson.Options)!;
}
