using Hermes.Imaging.Volumes;

namespace Hermes.Model.Training;

/// <summary>Copies a patch out of a prepared case, straight or through an affine: the image trilinearly, the labels by nearest neighbour. Not thread-safe.</summary>
internal sealed class PatchCutter(GridSize patch, GridSize? margin)
{
    private float[] _image = [];
    private ushort[] _labels = [];

    public static void Cut(PatchDraw draw, GridSize patch, Span<float> image, Span<ushort> labels)
    {
        draw.Case.CopyImage(draw.Z, draw.Y, draw.X, patch, image);
        draw.Case.CopyLabels(draw.Z, draw.Y, draw.X, patch, labels);
    }

    public void Cut(PatchDraw draw, SpatialTransform transform, Span<float> image, Span<ushort> labels)
    {
        var m = transform.Rows;
        double[] half = [(patch.Depth - 1) / 2.0, (patch.Height - 1) / 2.0, (patch.Width - 1) / 2.0];
        int[] start = [draw.Z, draw.Y, draw.X];
        (var low, var box) = Box(m, half, start, draw.Case.Size);
        var count = box.VoxelCount;
        if (_image.Length < count)
        {
            (_image, _labels) = (new float[count], new ushort[count]);
        }

        draw.Case.CopyImage(low[0], low[1], low[2], box, _image.AsSpan(0, count));
        draw.Case.CopyLabels(low[0], low[1], low[2], box, _labels.AsSpan(0, count));

        var at = 0;
        for (var z = 0; z < patch.Depth; z++)
        {
            for (var y = 0; y < patch.Height; y++)
            {
                double dz = z - half[0], dy = y - half[1], dx = -half[2];
                var pz = (float)(start[0] + half[0] - low[0] + m[0] * dz + m[1] * dy + m[2] * dx);
                var py = (float)(start[1] + half[1] - low[1] + m[3] * dz + m[4] * dy + m[5] * dx);
                var px = (float)(start[2] + half[2] - low[2] + m[6] * dz + m[7] * dy + m[8] * dx);
                for (var x = 0; x < patch.Width; x++, at++)
                {
                    float sz = pz + (float)m[2] * x, sy = py + (float)m[5] * x, sx = px + (float)m[8] * x;
                    image[at] = Trilinear(box, sz, sy, sx);
                    labels[at] = Nearest(box, sz, sy, sx);
                }
            }
        }
    }

    /// <summary>The voxels the transformed patch can touch: within the volume, and within the margin if there is one.</summary>
    private (int[] Low, GridSize Size) Box(double[] m, double[] half, int[] start, GridSize volume)
    {
        int[] size = [volume.Depth, volume.Height, volume.Width];
        int[] extent = [patch.Depth, patch.Height, patch.Width];
        int[]? around = margin is { } given ? [given.Depth, given.Height, given.Width] : null;
        var low = new int[3];
        var length = new int[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var reach = Math.Abs(m[3 * axis]) * half[0] + Math.Abs(m[3 * axis + 1]) * half[1] + Math.Abs(m[3 * axis + 2]) * half[2];
            var middle = start[axis] + half[axis];
            var from = Math.Max((int)Math.Floor(middle - reach) - 1, 0);
            var to = Math.Min((int)Math.Ceiling(middle + reach) + 2, size[axis]);
            if (around is not null)
            {
                from = Math.Max(from, start[axis] - around[axis]);
                to = Math.Min(to, start[axis] + extent[axis] + around[axis]);
            }

            low[axis] = from;
            length[axis] = Math.Max(to - from, 1);
        }

        return (low, new GridSize(length[0], length[1], length[2]));
    }

    private float Trilinear(GridSize box, float z, float y, float x)
    {
        int z0 = (int)MathF.Floor(z), y0 = (int)MathF.Floor(y), x0 = (int)MathF.Floor(x);
        float fz = z - z0, fy = y - y0, fx = x - x0;
        int row = box.Width, plane = box.Width * box.Height;
        if ((uint)z0 < (uint)(box.Depth - 1) && (uint)y0 < (uint)(box.Height - 1) && (uint)x0 < (uint)(box.Width - 1))
        {
            ReadOnlySpan<float> near = _image.AsSpan((z0 * box.Height + y0) * row + x0, plane + row + 2);
            var a = near[0] + (near[1] - near[0]) * fx;
            var b = near[row] + (near[row + 1] - near[row]) * fx;
            var c = near[plane] + (near[plane + 1] - near[plane]) * fx;
            var d = near[plane + row] + (near[plane + row + 1] - near[plane + row]) * fx;
            var ab = a + (b - a) * fy;
            return ab + (c + (d - c) * fy - ab) * fz;
        }

        float sum = 0;
        for (var corner = 0; corner < 8; corner++)
        {
            int cz = z0 + (corner >> 2), cy = y0 + (corner >> 1 & 1), cx = x0 + (corner & 1);
            if ((uint)cz < (uint)box.Depth && (uint)cy < (uint)box.Height && (uint)cx < (uint)box.Width)
            {
                var weight = ((corner >> 2) == 1 ? fz : 1 - fz) * ((corner >> 1 & 1) == 1 ? fy : 1 - fy) * ((corner & 1) == 1 ? fx : 1 - fx);
                sum += weight * _image[(cz * box.Height + cy) * row + cx];
            }
        }

        return sum;
    }

    private ushort Nearest(GridSize box, float z, float y, float x)
    {
        int cz = (int)MathF.Round(z), cy = (int)MathF.Round(y), cx = (int)MathF.Round(x);
        return (uint)cz < (uint)box.Depth && (uint)cy < (uint)box.Height && (uint)cx < (uint)box.Width
            ? _labels[(cz * box.Height + cy) * box.Width + cx]
            : (ushort)0;
    }
}
