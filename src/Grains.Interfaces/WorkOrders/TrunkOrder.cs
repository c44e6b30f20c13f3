using Hermes.Grains.Interfaces.Blobs;
using Hermes.Grains.Interfaces.Models;

namespace Hermes.Grains.Interfaces.WorkOrders;

/// <summary>What makes a training order learn a network after the manner of another: its configuration, and its weights unless all is to be fresh.</summary>
/// <param name="Parent">The other network's package.</param>
/// <param name="Scope">What learns.</param>
/// <param name="Steps">Optimiser steps.</param>
[GenerateSerializer, Immutable, Alias("hermes.TrunkOrder")]
public sealed record TrunkOrder([property: Id(0)] BlobRef Parent, [property: Id(1)] TrunkScope Scope, [property: Id(2)] int Steps);
